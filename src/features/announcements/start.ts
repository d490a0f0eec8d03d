import { and, lte, sql, type SQL } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import type { Db, Tx } from '../../db/connect.ts';
import { instantToSql } from '../../db/instant.ts';
import { announcement } from '../../db/schema.ts';
import { readingOrder, type Programme } from '../../programme.ts';
import { audienceQuery } from '../segments/store.ts';
import { askAnew, type Owners } from './approvals.ts';
import { languageFor } from './languages.ts';
import { take } from './steps.ts';
import { withTexts, type Announcement } from './store.ts';

/** Announcements whose hour has come. Asked each second, so it is one look into a small index. */
export async function dueToStart(db: Db, now: Temporal.Instant): Promise<number[]> {
  // Written out: with a parameter the planner does not know that the partial index holds these.
  const due = and(sql`${announcement.state} = 'scheduled'`, lte(announcement.startsAt, now));
  const rows = await db.select({ id: announcement.id }).from(announcement).where(due);
  return rows.map(({ id }) => id);
}

/** `outgrown`: it waits for a second organizer. `too late`: another process was quicker, or it was taken back. */
export type Start = 'started' | 'outgrown' | 'too late';

/**
 * Starts sending, once, whoever comes first. From then on the recipients are fixed, as rows of the outbox, made by one
 * statement, so that they are the audience of one moment. If that is larger than one organizer may decide on, and it was
 * smaller when they did, nothing is sent: a second one is asked now.
 */
export async function start(
  db: Db,
  id: number,
  { programme, config }: Pick<Deps, 'programme'> & { config: Owners },
  now: Temporal.Instant,
): Promise<Start> {
  return db.transaction(async (tx) => {
    const due = lte(announcement.startsAt, now);
    const started = await take(tx, id, { from: ['scheduled'], only: due }, { state: 'sending', startedAt: now });
    const [one] = started ? await withTexts(tx, [started]) : [];
    if (!one) return 'too late';
    // Not by who approved: they may have deleted their data since.
    const most = one.approvedAt === null ? programme.announcements.approvalAbove : Infinity;
    if ((await oweToAudience(tx, one, programme, most, now)) <= most) return 'started';
    await askAnew(tx, id, config, now);
    return 'outgrown';
  });
}

/**
 * Returns how many they are; if there are more than `most`, nothing is owed.
 *
 * Which text somebody gets is fixed with the recipients: what the preview counted, what arrives and what the report says
 * are the same, also when a language is changed meanwhile. The country is not copied: the report asks the person's row
 * for it, so nothing of it is left once that is erased.
 */
async function oweToAudience(
  tx: Tx,
  { id, audience, texts, schedule }: Announcement,
  programme: Programme,
  most: number,
  now: Temporal.Instant,
): Promise<number> {
  const given = texts.map(({ language }) => language);
  // By the same rule as the preview, worked out here for each language that somebody may have.
  const textFor = (language: string) => languageFor(readingOrder(programme, language), given);
  const texted = Object.fromEntries(
    [...programme.languages, ...given].map((language) => [language, textFor(language)]),
  );
  const at = sql`${instantToSql(now)}::timestamptz`;
  const [owed] = await tx.execute<{ recipients: number }>(sql`
    with recipient as materialized (
      select person.id, person.language, person.zone
      from (${audienceQuery(audience)}) as audience join person on person.id = audience.id
      where standing = 'reachable'
    ), counted as materialized (
      select count(*)::int as recipients from recipient
    ), owed as (
      insert into message (person_id, kind, key, data, announcement_id, bulk, due_at, created_at)
      select recipient.id, 'announcement', format('announcement:%s:%s', ${id}::bigint, recipient.id),
             jsonb_build_object('language',
               coalesce(${JSON.stringify(texted)}::text::jsonb ->> recipient.language, ${textFor(programme.defaultLanguage)}::text)),
             ${id}, true, ${dueAt(schedule, at)}, ${at}
      from recipient
      where (select recipients from counted) <= ${most}::float8
      order by recipient.id
    )
    select recipients from counted`);
  return owed!.recipients;
}

/** Where an hour has passed already by the recipient's own clock, they get it at once. */
function dueAt(schedule: Announcement['schedule'], at: SQL): SQL {
  if (schedule?.kind !== 'own time') return at;
  const wall = `${schedule.date} ${schedule.time}`;
  return sql`greatest(${at}, ${wall}::timestamp at time zone recipient.zone)`;
}
