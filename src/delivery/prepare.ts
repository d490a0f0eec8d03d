import type { Deps } from '../bot/context.ts';
import type { Claimed } from './claims.ts';
import type { MessageKind, Messages, Outgoing } from './messages.ts';
import { quietUntil } from './quiet.ts';

export type Prepared =
  | { kind: 'ready'; as: MessageKind; chat: number; outgoing: Outgoing }
  /** Not true or not wanted any more. */
  | { kind: 'drop'; reason: string }
  /** Waits for the end of the person's quiet hours. */
  | { kind: 'hold'; until: Temporal.Instant };

/** Looks at a claimed message once more: is it still owed, may it come now, and how does it read? */
export async function prepare(
  { clock, i18n }: Pick<Deps, 'clock' | 'i18n'>,
  kinds: Messages,
  { message, person }: Claimed,
): Promise<Prepared> {
  const now = clock.now();
  const as = kinds[message.kind];
  if (!as) throw new Error(`No feature renders messages of kind "${message.kind}".`);
  if (message.expiresAt && Temporal.Instant.compare(message.expiresAt, now) <= 0)
    return { kind: 'drop', reason: 'too late' };
  if (as.topic && person.muted.includes(as.topic)) return { kind: 'drop', reason: 'not wanted' };
  if (person.telegramId === null) return { kind: 'drop', reason: 'has not written to the bot' };
  const until = message.bulk ? quietUntil(person, now) : null;
  if (until) return { kind: 'hold', until };

  const { language } = person;
  const outgoing = await as.render(message, { person, t: i18n.t(language), lang: language, now });
  if ('drop' in outgoing) return { kind: 'drop', reason: outgoing.drop };
  return { kind: 'ready', as, chat: person.telegramId, outgoing };
}
