import type { MessageEntity } from '@grammyjs/types';
import { checkLink, mentionedUser } from '../links.ts';
import { badRequest } from '../refuse.ts';

/** A text without its markup, and the entities that the markup stood for. */
export interface FormattedText {
  text: string;
  entities: MessageEntity[];
}

/** Telegram's words for markup it can't read; positions are in UTF-8 bytes of what was sent. */
export const unparsable = (reason: string) => badRequest(`can't parse entities: ${reason}`);

export const byteOffset = (text: string, index: number) => Buffer.byteLength(text.slice(0, index), 'utf8');

/** The entity of a link, or none when the address is no link: markup drops such a link silently and keeps its text. */
export function linkEntity(url: string, offset: number, length: number): MessageEntity | undefined {
  const user = mentionedUser(url);
  // Only the id is known here; whoever stores the message fills in the person.
  if (user !== undefined)
    return { type: 'text_mention', offset, length, user: { id: user, is_bot: false, first_name: '' } };
  const checked = checkLink(url);
  return checked.ok ? { type: 'text_link', offset, length, url: checked.url } : undefined;
}
