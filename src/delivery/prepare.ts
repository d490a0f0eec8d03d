import type { Deps } from '../bot/context.ts';
import type { Claimed } from './claims.ts';
import type { MessageKind, Messages, Outgoing, Recipient } from './messages.ts';
import { nextDay, quietUntil } from './quiet.ts';

export type Prepared =
  | { kind: 'ready'; as: MessageKind; chat: number; outgoing: Outgoing }
  /** Not true or not wanted any more. */
  | { kind: 'drop'; reason: string }
  /** They blocked the bot, or left Telegram: it is not asked again. */
  | { kind: 'unreachable' }
  /** Waits for the end of the person's quiet hours, or for their next day. */
  | { kind: 'hold'; until: Temporal.Instant }
  /** Waited, and may go now together with what waited beside it. */
  | { kind: 'merge' };

/** Looks at a claimed message once more: is it still owed, may it come now, and how does it read? */
export async function prepare(
  deps: Pick<Deps, 'clock' | 'i18n' | 'programme'>,
  kinds: Messages,
  claimed: Claimed,
): Promise<Prepared> {
  const { message, person } = claimed;
  const now = deps.clock.now();
  const as = kinds[message.kind];
  if (!as) throw new Error(`No feature renders messages of kind "${message.kind}".`);
  // First: to somebody who was named by others and has not come yet nothing comes too late.
  if (person.telegramId === null) return { kind: 'drop', reason: NO_CHAT };
  const against = hindrance(as, claimed, now);
  if (against !== null) return { kind: 'drop', reason: against };
  if (person.unreachableSince !== null && !as.silent) return { kind: 'unreachable' };
  const until = as.silent ? null : heldUntil(as, claimed, deps.programme.bulkPerDay, now);
  if (until) return { kind: 'hold', until };
  if (message.held && as.title) return { kind: 'merge' };
  return render(deps, as, claimed, person.telegramId);
}

/** The message itself, as it reads now. */
export async function render(
  { clock, i18n }: Pick<Deps, 'clock' | 'i18n'>,
  as: MessageKind,
  { message, person }: Pick<Claimed, 'message' | 'person'>,
  chat: number,
): Promise<Extract<Prepared, { kind: 'ready' | 'drop' }>> {
  const outgoing = await as.render(message, recipient({ clock, i18n }, person));
  return 'drop' in outgoing ? { kind: 'drop', reason: outgoing.drop } : { kind: 'ready', as, chat, outgoing };
}

export function recipient({ clock, i18n }: Pick<Deps, 'clock' | 'i18n'>, person: Claimed['person']): Recipient {
  const { language } = person;
  return { person, t: i18n.t(language), lang: language, now: clock.now() };
}

/** Why a message must not come any more; null: nothing is against it. */
export function hindrance(
  { topic }: MessageKind,
  { message: { expiresAt }, person }: Pick<Claimed, 'message' | 'person'>,
  now: Temporal.Instant,
): string | null {
  if (expiresAt && Temporal.Instant.compare(expiresAt, now) <= 0) return TOO_LATE;
  return topic && person.muted.includes(topic) ? NOT_WANTED : null;
}

/** Why a message that came too late to be of use was not sent; the organizers are told. */
export const TOO_LATE = 'too late';
export const NOT_WANTED = 'not wanted';
export const NO_CHAT = 'has not written to the bot';

/** Null: it may come now. What is not urgent respects the night, and there is only so much bulk a day. */
function heldUntil(
  { patient }: MessageKind,
  { message, person, today }: Claimed,
  perDay: number,
  now: Temporal.Instant,
): Temporal.Instant | null {
  if (!message.bulk && !patient?.(message, now)) return null;
  return quietUntil(person, now) ?? (message.bulk && today >= perDay ? nextDay(person, now) : null);
}
