import { and, eq, inArray, isNotNull, isNull, notInArray, or, sql } from 'drizzle-orm';
import type { Deps, Person } from '../../bot/context.ts';
import type { Db, DbOrTx, Tx } from '../../db/connect.ts';
import { announcement, person, role, type Audience } from '../../db/schema.ts';
import { owe } from '../../delivery/outbox.ts';
import type { Programme } from '../../programme.ts';
import { countAudience } from '../segments/store.ts';
import { oweNotices } from './notices.ts';
import { startOf } from './schedule.ts';
import { again, DRAFT, take, type State } from './steps.ts';
import { findAnnouncement, type Organizer, type Row } from './store.ts';

/** How many of an audience can be written to at this moment. */
export async function countReachable(db: DbOrTx, audience: Audience): Promise<number> {
  const groups = await countAudience(db, audience);
  return groups.reduce((sum, { standing, count }) => (standing === 'reachable' ? sum + count : sum), 0);
}

const organizersOfAll = (db: DbOrTx) =>
  db
    .select({ id: role.personId })
    .from(role)
    .where(and(eq(role.kind, 'organizer'), isNull(role.eventId)));

export type Owners = Pick<Deps['config'], 'OWNER_IDS'>;

/** Who can approve: the other organizers of all events and the owners, as far as the bot can write to them. */
export async function approversOf(db: DbOrTx, { OWNER_IDS }: Owners, but: (number | null)[]): Promise<Person[]> {
  const rows = await db
    .select({ person })
    .from(person)
    .where(
      and(
        or(inArray(person.id, organizersOfAll(db)), inArray(person.telegramId, OWNER_IDS)),
        isNotNull(person.telegramId),
        isNull(person.unreachableSince),
        notInArray(
          person.id,
          but.filter((id) => id !== null),
        ),
      ),
    );
  return rows.map((row) => row.person);
}

/** Asks each of them: to approve it, or its correction. */
export async function oweRequests(
  tx: Tx,
  { id, revision }: Pick<Row, 'id' | 'revision'>,
  approvers: Person[],
  now: Temporal.Instant,
  kind: 'announcement_approval' | 'announcement_correction' = 'announcement_approval',
): Promise<void> {
  const request = { kind, data: { announcement: id, revision }, dueAt: now };
  await owe(
    tx,
    approvers.map(({ id: personId }) => ({ ...request, personId, key: `${kind}:${id}:${revision}:${personId}` })),
    now,
  );
}

/** For one whose hour has come, as if its audience had been as large as it is now when it was let go. */
export async function askAnew(tx: Tx, id: number, config: Owners, now: Temporal.Instant): Promise<void> {
  const to = { state: 'approval', startsAt: null, startedAt: null, revision: again };
  const asked = await take(tx, id, { from: ['sending'] }, to);
  if (!asked) return;
  await oweRequests(tx, asked, await approversOf(tx, config, [asked.authorId, asked.confirmedBy]), now);
  await oweNotices(tx, asked, 'outgrown', null, now);
}

/** Neither the author nor who pressed Send approves. */
export function mayApprove(
  { authorId, confirmedBy }: Pick<Row, 'authorId' | 'confirmedBy'>,
  { id }: Pick<Organizer, 'id'>,
): boolean {
  return authorId !== id && confirmedBy !== id;
}

/** `own`: somebody else has to. `too late`: it was decided, taken back, or changed since. */
export type Verdict = 'done' | 'own' | 'too late';

const FROM: State[] = ['approval'];
/** The condition that mayApprove is, for the step itself. */
export const another = ({ id }: Organizer) => sql`${announcement.authorId} is distinct from ${id}
  and ${announcement.confirmedBy} is distinct from ${id}`;

/** It goes out as it was meant to: after the time to undo, or at its hour. `revision`: what the approver has seen. */
export async function approve(
  db: Db,
  id: number,
  revision: number,
  by: Organizer,
  programme: Programme,
  now: Temporal.Instant,
): Promise<Verdict> {
  return db.transaction(async (tx) => {
    const asked = await findAnnouncement(tx, id);
    if (!asked) return 'too late';
    const approved = await take(
      tx,
      id,
      { from: FROM, only: and(eq(announcement.revision, revision), another(by)) },
      {
        state: 'scheduled',
        startsAt: startOf(asked.schedule, programme, now),
        approvedBy: by.id,
        approvedAt: now,
      },
    );
    if (!approved) return against(asked, revision, by);
    await oweNotices(tx, approved, 'approved', by.id, now);
    return 'done';
  });
}

/** Back to the author, as a draft. */
export async function decline(
  db: Db,
  id: number,
  revision: number,
  by: Organizer,
  now: Temporal.Instant,
): Promise<Verdict> {
  return db.transaction(async (tx) => {
    const asked = await findAnnouncement(tx, id);
    if (!asked) return 'too late';
    const only = and(eq(announcement.revision, revision), another(by));
    const declined = await take(tx, id, { from: FROM, only }, DRAFT);
    if (!declined) return against(asked, revision, by);
    await oweNotices(tx, { ...asked, revision: declined.revision }, 'declined', by.id, now);
    return 'done';
  });
}

const against = (asked: Row, revision: number, by: Organizer): Verdict =>
  asked.state === 'approval' && asked.revision === revision && !mayApprove(asked, by) ? 'own' : 'too late';
