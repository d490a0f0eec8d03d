import type { ApiMethods } from 'grammy/types';
import type { Person } from '../bot/context.ts';
import type { Language, T } from '../bot/i18n.ts';
import { payload, type View } from '../bot/view.ts';
import type { Tx } from '../db/connect.ts';
import type { message } from '../db/schema.ts';

export type Message = typeof message.$inferSelect;

/**
 * In the data of a message: its text was changed or withdrawn while it was on its way, and what arrives may be the old one.
 * Who marks it looks after it once it has landed, and is told (`afterRound`) when that was by opening it from a digest.
 */
export const OUTDATED = 'outdated';

/** What people can switch off in /settings. Confirmations and changes of an event have no topic: they always come. */
export const TOPICS = ['reminders', 'materials', 'surveys', 'announcements', 'contacts'] as const;
export type Topic = (typeof TOPICS)[number];

/**
 * Not only messages go to many and must survive a crash and a 429: so do edits, recalls and the end of a poll. These can be
 * repeated without harm, so what owes them gives them `repeats`.
 */
type Method =
  | 'sendMessage'
  | 'sendDocument'
  | 'sendPhoto'
  | 'sendVideo'
  | 'sendAudio'
  | 'sendPoll'
  | 'stopPoll'
  | 'editMessageText'
  | 'editMessageCaption'
  | 'editMessageMedia'
  | 'editMessageReplyMarkup'
  | 'deleteMessage';

/** A Bot API call, but for the chat: that is known to the sender alone. */
export type Outgoing = { [M in Method]: { method: M; payload: Omit<Parameters<ApiMethods[M]>[0], 'chat_id'> } }[Method];

/** A message that is no longer true (the registration was cancelled, the text was withdrawn) is not sent. */
export type Rendered = Outgoing | { drop: string };

export type Recipient = { person: Person; t: T; lang: Language; now: Temporal.Instant };

/** What Telegram returned, as far as anybody here needs it; a deletion returns nothing of it. */
export type Result = { message_id?: number; poll?: { id: string } };

/** A kind of message. It is rendered when it is sent, in the language and zone that the person has then. */
export type MessageKind = {
  topic?: Topic;
  /** Makes no sound, like an edit: neither quiet hours nor the budget of the day concern it. */
  silent?: true;
  /** True: quiet hours hold this one as well, though neither the pace nor the budget of what is bulk concern it. */
  patient?(message: Message, now: Temporal.Instant): boolean;
  render(message: Message, to: Recipient): Promise<Rendered>;
  /**
   * Names it in one line of plain text, for the message in which what quiet hours held arrives together; null: it is no
   * longer true. A kind without a title always comes by itself.
   */
  title?(message: Message, to: Recipient): Promise<string | null>;
  /** Called with what Telegram returned, in the transaction that marks the message sent, e.g. to keep a poll's id. */
  sent?(tx: Tx, message: Message, result: Result): Promise<void>;
  /**
   * Called after a round of the sender with its messages of this kind, as they were claimed, whatever came of them since:
   * to show how far many have got. One call at a time; the sender does not wait for it, and an error is only logged.
   */
  afterRound?(messages: Message[]): Promise<void>;
};

export type Messages = Record<string, MessageKind>;

export function outgoing(view: View): Outgoing {
  return { method: 'sendMessage', payload: payload(view) };
}
