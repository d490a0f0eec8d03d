import { tooManyRequests } from './refuse.ts';
import type { Room } from './world.ts';

/** Telegram's limits (Bots FAQ, "My bot is hitting limits"), in messages; edits and chat actions are not counted. */
export interface FloodLimits {
  /** Over all chats, in any second. Telegram: about 30. */
  perSecond: number;
  /** The same for messages with allow_paid_broadcast. Telegram: 1000. */
  paidPerSecond: number;
  /** To one private chat: so many at once, then one a second. */
  privateBurst: number;
  /** To one group, in any minute. Telegram: 20. */
  groupPerMinute: number;
}

export const telegramLimits: FloodLimits = { perSecond: 30, paidPerSecond: 1000, privateBurst: 3, groupPerMinute: 20 };

/** What one limit remembers, in ms of the clock. */
interface Meter {
  /** When messages went out, oldest first. */
  sent: number[];
  /** Private chats: when the last message's second is over, if each takes its second in turn. */
  due: number;
  blockedUntil: number;
}

/**
 * Refuses with 429 what goes over the limits, in real time: `clock` gives milliseconds. Whoever was refused waits out
 * `retry_after` as with Telegram: what comes in the meantime is refused, too, whether it would fit by now or not.
 */
export function createFloods(limits: FloodLimits | undefined, clock: () => number = () => performance.now()) {
  const meters = new Map<string, Meter>();

  /** Counts the messages for this chat and for all, or throws and counts nothing. An album is one message to its person. */
  function take(room: Room, messages: number, paid: boolean): void {
    const now = clock();
    const chat = meter(`chat ${room.chat.id}`);
    if (!limits) return refuse(chat, now, 0);
    const all = meter(paid ? 'paid' : 'free');
    const inPrivate = room.chat.type === 'private';
    refuse(
      chat,
      now,
      inPrivate ? ownTurn(chat, now, limits.privateBurst) : wait(chat, now, messages, limits.groupPerMinute, 60_000),
    );
    refuse(all, now, wait(all, now, messages, paid ? limits.paidPerSecond : limits.perSecond, 1000));
    chat.due = Math.max(chat.due, now) + 1000;
    for (let i = 0; i < messages; i += 1) {
      all.sent.push(now);
      if (!inPrivate) chat.sent.push(now);
    }
  }

  /** Refuses all messages to this chat for so many seconds, with or without limits. */
  function block(chatId: number, seconds: number): void {
    const chat = meter(`chat ${chatId}`);
    chat.blockedUntil = Math.max(chat.blockedUntil, clock() + seconds * 1000);
  }

  function meter(key: string): Meter {
    const known = meters.get(key);
    if (known) return known;
    const made: Meter = { sent: [], due: 0, blockedUntil: 0 };
    meters.set(key, made);
    return made;
  }

  return { take, block };
}

function refuse(meter: Meter, now: number, waitMs: number): void {
  const blocked = meter.blockedUntil > now;
  if (!blocked && waitMs <= 0) return;
  // Asking again too early does not make the wait longer.
  if (!blocked) meter.blockedUntil = now + Math.ceil(waitMs / 1000) * 1000;
  throw tooManyRequests(Math.ceil((meter.blockedUntil - now) / 1000));
}

/** How long until a message has its own second again, with `burst - 1` of them in advance. */
const ownTurn = (meter: Meter, now: number, burst: number) => meter.due - now - (burst - 1) * 1000;

/** How long until `count` more fit into the window. */
function wait(meter: Meter, now: number, count: number, limit: number, windowMs: number): number {
  const first = meter.sent.findIndex((at) => at > now - windowMs);
  meter.sent = first === -1 ? [] : meter.sent.slice(first);
  const over = meter.sent.length + count - limit;
  if (over <= 0) return 0;
  return (meter.sent[Math.min(over, meter.sent.length) - 1] ?? now) + windowMs - now;
}
