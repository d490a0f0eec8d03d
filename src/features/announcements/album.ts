import type { PersonCtx } from '../../bot/context.ts';

/**
 * For a form that takes no albums. Telegram delivers each picture of one as a message of its own: the first is refused by
 * the question, and the others are passed over, so that the sentence is said once. See `besides` in forms/form.ts.
 */
export function onceAnAlbum() {
  const refused = new Map<number, string>();
  return async (ctx: PersonCtx): Promise<boolean> => {
    const album = ctx.message?.media_group_id;
    if (album === undefined) return false;
    const known = refused.get(ctx.person.id) === album;
    refused.set(ctx.person.id, album);
    return known;
  };
}
