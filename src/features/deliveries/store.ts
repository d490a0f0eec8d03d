import { and, eq, gt, isNull, or, sql, type SQL } from 'drizzle-orm';
import type { Db, DbOrTx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { message, type Json } from '../../db/schema.ts';
import type { Message } from '../../delivery/messages.ts';
import { about, oweAgain } from '../../delivery/outbox.ts';
import { NO_CHAT, NOT_WANTED, TOO_LATE } from '../../delivery/prepare.ts';
import type { Programme } from '../../programme.ts';
import type { Event } from '../events/store.ts';
import { missedReminders } from '../reminders/store.ts';

/** What people are told about an event by itself, in the order of its life. Announcements have reports of their own. */
export const KINDS = [
  'nominations_open',
  'nominations_moved',
  'nominations_due',
  'nominations_closed',
  'nominated',
  'nomination_withdrawn',
  'confirmation',
  'promoted',
  'decision',
  'entered',
  'invitation',
  'offer',
  'offer_ends',
  'offer_missed',
  'invitation_withdrawn',
  'review_reminder',
  'documents_asked',
  'documents_reminder',
  'document_refused',
  'event_moved',
  'agenda_changed',
  'reminder',
  'event_cancelled',
  'material',
  'poll',
  'poll_results',
  'feedback_invitation',
  'certificate_ready',
  'certificate_revoked',
  'plan_invitation',
  'plan_reminder',
  'survey_invitation',
  'survey_reminder',
] as const;

/** `minutes` before the beginning, of a reminder; `month` after the end, of a survey. */
export type What = { kind: (typeof KINDS)[number]; minutes: number | null; month: number | null };

/** What became of a message, as far as organizers have to tell one from another. */
export const FATES = [
  'sent',
  'waiting',
  'held',
  'too_late',
  'failed',
  'unknown',
  'blocked',
  'no_chat',
  'not_wanted',
  'untrue',
] as const;
export type Fate = (typeof FATES)[number];

type Stand = {
  state: Message['state'];
  error: string | null;
  /** Quiet hours, or the budget of the day, hold it back. */
  held: boolean;
  /** It is of no use any more. */
  expired: boolean;
  /** Its person blocked the bot or left. */
  gone: boolean;
};

/** Said as it will turn out, also where the sender has not come to it yet. */
function fateOf({ state, error, held, expired, gone }: Stand): Fate {
  switch (state) {
    case 'sent':
    case 'failed':
    case 'unknown':
      return state;
    case 'blocked':
    case 'deactivated':
      return 'blocked';
    case 'sending':
      return 'waiting';
    case 'queued':
    case 'claimed':
    case 'paused':
      if (expired) return 'too_late';
      if (gone) return 'blocked';
      return held ? 'held' : 'waiting';
    case 'cancelled':
    case 'recalled':
      return WITHDRAWN[error ?? ''] ?? 'untrue';
  }
}

/** Why the sender itself lets go of a message, see delivery/prepare.ts; any other reason is that it is not true any more. */
const WITHDRAWN: Record<string, Fate> = {
  [TOO_LATE]: 'too_late',
  [NOT_WANTED]: 'not_wanted',
  [NO_CHAT]: 'no_chat',
};

/** `kept`: since when messages are in the outbox; older ones are deleted (features/privacy/retention.ts). */
export type At = { now: Temporal.Instant; kept: Temporal.Instant };

export function asOf(now: Temporal.Instant, { retention }: Programme): At {
  const kept = now.toZonedDateTimeISO('UTC').subtract(Temporal.Duration.from(retention.messages));
  return { now, kept: kept.toInstant() };
}

/** The messages of an event, and the last reminders that were missed. */
function deliveries({ id }: Pick<Event, 'id'>, { now, kept }: At): SQL {
  const at = sql`${instantToSql(now)}::timestamptz`;
  return sql`(
    select message.person_id, message.kind, (message.data ->> 'minutes')::int as minutes,
           (message.data ->> 'month')::int as month, message.state, message.error, message.due_at,
           message.held and message.due_at > ${at} as held,
           coalesce(message.expires_at <= ${at} and person.telegram_id is not null, false) as expired,
           person.unreachable_since is not null as gone
    from message join person on person.id = message.person_id
    where message.event_id = ${id} and message.kind = any(${sql.param([...KINDS])}::text[])
    union all
    select person_id, 'reminder', minutes, null, 'cancelled', ${TOO_LATE}, due_at, false, true, false
    from (${missedReminders(id, { now, since: kept })}) as missed
  ) as delivery`;
}

/** The messages of one kind. `reasons`: why some failed, in Telegram's words, the most frequent first. */
export type Tally = What & {
  total: number;
  fates: Partial<Record<Fate, number>>;
  reasons: { reason: string; count: number }[];
};
export type Tallies = { kinds: Tally[]; again: Record<Again, number> };

/** What can be sent once more, by an organizer's own decision. */
export type Again = 'failed' | 'unknown';

type Group = What & Stand & { count: number };

export async function tallies(db: DbOrTx, event: Event, at: At): Promise<Tallies> {
  const groups = await db.execute<Group>(sql`
    select kind, minutes, month, state, error, held, expired, gone, count(*)::int as count
    from ${deliveries(event, at)}
    group by kind, minutes, month, state, error, held, expired, gone
    order by array_position(${sql.param([...KINDS])}::text[], kind), minutes desc, month`);
  const kinds = Map.groupBy(groups, ({ kind, minutes, month }) => `${kind}:${minutes}:${month}`);
  const again = (state: Again) =>
    sum(groups.filter((group) => group.state === state && !group.expired && isCurrent(event, group.kind)));
  return {
    kinds: [...kinds.values()].map(tally),
    again: { failed: again('failed'), unknown: again('unknown') },
  };
}

function tally(groups: Group[]): Tally {
  const { kind, minutes, month } = groups[0]!;
  const fates = [...Map.groupBy(groups, fateOf)].map(([fate, some]) => [fate, sum(some)]);
  const failed = groups.filter(({ state }) => state === 'failed');
  const reasons = [...Map.groupBy(failed, ({ error }) => error ?? '—')]
    .map(([reason, some]) => ({ reason, count: sum(some) }))
    .toSorted((a, b) => b.count - a.count);
  return {
    kind,
    minutes,
    month,
    total: sum(groups),
    fates: Object.fromEntries(fates),
    reasons,
  };
}

const sum = (groups: Group[]) => groups.reduce((total, { count }) => total + count, 0);

/** Of an event that is called off, nothing else is of use. */
const isCurrent = ({ status }: Event, kind: What['kind']) => (status === 'cancelled') === (kind === 'event_cancelled');

/** Somebody who did not get a message, or does not have it yet. `reason`: as the outbox noted it. */
export type Undelivered = What & {
  fate: Fate;
  reason: string | null;
  dueAt: Temporal.Instant;
  name: string | null;
  country: string | null;
  agency: string | null;
};

export async function undelivered(db: DbOrTx, event: Event, at: At): Promise<Undelivered[]> {
  const rows = await db.execute<Omit<Undelivered, 'fate' | 'reason'> & Stand>(sql`
    select kind, minutes, month, state, error, held, expired, gone, due_at as "dueAt", person.full_name as name,
           person.country, person.agency
    from ${deliveries(event, at)} join person on person.id = delivery.person_id
    where state <> 'sent'
    order by array_position(${sql.param([...KINDS])}::text[], kind), minutes desc, month, name, person.id`);
  return rows.map((row) => ({ ...row, fate: fateOf(row), reason: row.error }));
}

/**
 * Owes once more what failed, or what Telegram's answer to was lost, as long as it is of use; returns how many. Pressed
 * twice it is done once, since nothing is in that state then.
 */
export async function sendAgain(db: Db, event: Event, state: Again, now: Temporal.Instant): Promise<number> {
  const kinds = KINDS.filter((kind) => isCurrent(event, kind));
  const useful = or(isNull(message.expiresAt), gt(message.expiresAt, now));
  const which = and(about.event(event.id, ...kinds), useful)!;
  return db.transaction(async (tx) => {
    if (state === 'unknown')
      await tx
        .update(message)
        .set(MAY_BE_THERE)
        .where(and(eq(message.state, state), which));
    return oweAgain(tx, [state], which, now);
  });
}

/** See `mayBeThere` in features/reminders/store.ts. */
const MAY_BE_THERE = { data: sql<Record<string, Json>>`${message.data} || '{"again": true}'::jsonb` };

/** Reminders of an event that came too late, the missed ones among them. */
export async function lateReminders(db: DbOrTx, event: Event, at: At): Promise<number> {
  const { kinds } = await tallies(db, event, at);
  return kinds.reduce((late, { kind, fates }) => late + (kind === 'reminder' ? (fates.too_late ?? 0) : 0), 0);
}
