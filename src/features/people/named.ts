import type { Deps } from '../../bot/context.ts';
import { startLink } from '../../bot/link.ts';
import { equal } from '../../bot/sign.ts';
import type { Tx } from '../../db/connect.ts';
import { person } from '../../db/schema.ts';
import type { Programme } from '../../programme.ts';
import { idOf } from '../../bot/view.ts';

/*
 * Somebody whom an organizer or a focal point names before they have ever written to the bot: a person without a Telegram id.
 * Their own link makes them one who has it. As little as possible is kept of them, and not for long: they have not agreed
 * to anything yet, so who names them must have asked them; see privacy/retention.ts.
 */

export type Named = {
  fullName: string;
  /** ISO 3166 code. */
  country: string;
  agency?: string | null;
  position?: string | null;
  email?: string | null;
};

/** The id of the new person. Until they write, they have the language and the clock of their country. */
export async function namePerson(tx: Tx, programme: Programme, named: Named, now: Temporal.Instant): Promise<number> {
  const country = programme.countries.find(({ code }) => code === named.country);
  const { languages, defaultLanguage, defaultZone } = programme;
  const language = languages.find((one) => one === country?.language) ?? defaultLanguage;
  const [made] = await tx
    .insert(person)
    .values({ ...named, language, zone: country?.zone ?? defaultZone, createdAt: now, seenAt: now })
    .returning({ id: person.id });
  return made!.id;
}

/** The link that is theirs alone. It can be shown again, as nothing of it is stored. */
export function placeLink(deps: Pick<Deps, 'me' | 'sign'>, personId: number): string {
  return startLink(deps, `place_${personId}-${deps.sign('place', String(personId))}`);
}

/** Whom a link is for, by what follows `place_`; null: Bilim did not make it. */
export function placeOf({ sign }: Pick<Deps, 'sign'>, payload: string): number | null {
  const [id = '', ...rest] = payload.split('-');
  return equal(rest.join('-'), sign('place', id)) ? idOf(id) || null : null;
}
