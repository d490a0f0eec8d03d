import { setImmediate } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import type { DbOrTx } from '../../db/connect.ts';
import { registration } from '../../db/schema.ts';
import { indexNames } from '../../names/same.ts';
import { freeFor, roomOf, take } from '../events/seats.ts';
import type { Event, Registration } from '../events/store.ts';
import type { Named } from '../people/named.ts';
import type { Entry } from '../registration/named.ts';
import { knownPeople, whoIs, type Known } from './known.ts';
import type { Flaw, Line } from './list.ts';
import { add, type Whom } from './store.ts';

export type Problem = Flaw | { kind: 'several' } | { kind: 'twice'; row: number };

/** What is to become of a row. `seat`: there is one for them, as things stand. */
export type Planned =
  | { kind: 'wrong'; problem: Problem }
  | { kind: 'listed'; known: Known; status: Registration['status'] }
  | { kind: 'new'; named: Named; seat: boolean }
  | { kind: 'known'; known: Known; seat: boolean };
export type PlannedLine = Line & { plan: Planned };
/** `last`: see People in known.ts. */
export type Plan = { lines: PlannedLine[]; last: number; left: number | null };

/**
 * What an import would do, without doing any of it. Whoever was registered, invited or declined before is on the list already,
 * also if they left: a list that is imported again adds nobody.
 */
export async function planList(db: DbOrTx, event: Event, lines: Line[], now: Temporal.Instant): Promise<Plan> {
  const people = await knownPeople(db);
  const listed = new Map(
    (
      await db
        .select({ personId: registration.personId, status: registration.status })
        .from(registration)
        .where(eq(registration.eventId, event.id))
    ).map(({ personId, status }) => [personId, status]),
  );
  const room = await roomOf(db, event, now);
  const left = room.seats === null ? null : Math.max(0, room.seats - room.taken);
  const before = await earlierRows(lines);
  const seen = new Map<number, number>();
  const right = new Set<number>();

  function planOf(line: Line): Planned {
    if ('flaw' in line) return { kind: 'wrong', problem: line.flaw };
    const { named, number } = line;
    const twice = before(line, right);
    if (twice) return { kind: 'wrong', problem: { kind: 'twice', row: twice } };
    const who = whoIs(people, named);
    if (who.kind === 'several') return { kind: 'wrong', problem: { kind: 'several' } };
    if (who.kind === 'nobody') return { kind: 'new', named, seat: seatFor(named.country) };
    const { known } = who;
    const row = seen.get(known.id);
    if (row) return { kind: 'wrong', problem: { kind: 'twice', row } };
    seen.set(known.id, number);
    const status = listed.get(known.id);
    if (status) return { kind: 'listed', known, status };
    return { kind: 'known', known, seat: seatFor(known.country ?? named.country) };
  }

  function seatFor(country: string): boolean {
    const free = freeFor(room, country) !== 0;
    if (free) take(room, country);
    return free;
  }

  const planned: PlannedLine[] = [];
  for (const line of lines) {
    // Others are answered meanwhile.
    if (planned.length % 20 === 19) await setImmediate();
    const plan = planOf(line);
    if (plan.kind !== 'wrong') right.add(line.number);
    planned.push({ ...line, plan });
  }
  return { lines: planned, last: people.last, left };
}

/** The number of an earlier row with the same person, among those with nothing wrong. */
async function earlierRows(lines: Line[]): Promise<(line: Line, right: Set<number>) => number | null> {
  const named = lines.flatMap((line) => ('named' in line ? [{ ...line.named, number: line.number }] : []));
  const like = await indexNames(
    named.map((item) => ({ names: [item.fullName], item })),
    () => setImmediate(),
  );
  return (line, right) => {
    if (!('named' in line)) return null;
    const { fullName, country, email } = line.named;
    const same = like(fullName).find(
      (other) =>
        other.number < line.number &&
        right.has(other.number) &&
        other.country === country &&
        !(email && other.email && email !== other.email),
    );
    return same?.number ?? null;
  };
}

/** What became of a row. `personId`: whose link there may be. */
export type Done = {
  line: PlannedLine;
  outcome: 'registered' | 'offered' | 'already' | 'full' | 'closed' | 'wrong';
  personId: number | null;
};

/** Each person in a transaction of their own: what breaks off is gone on with by importing the list once more. */
export async function importList(
  { db, programme }: Pick<Deps, 'db' | 'programme'>,
  event: Event,
  { lines, last }: Plan,
  { entry, actorId, now }: { entry: Entry; actorId: number; now: Temporal.Instant },
): Promise<Done[]> {
  const done: Done[] = [];
  const ours: number[] = [];
  for (const line of lines) {
    const whom = whomOf(line.plan, last, ours);
    if (!whom) {
      const known = line.plan.kind === 'listed' ? line.plan.known.id : null;
      done.push({ line, outcome: known ? 'already' : 'wrong', personId: known });
      continue;
    }
    const adding = { eventId: event.id, whom, entry, actorId, again: false, now };
    const entered = await db.transaction((tx) => add(tx, programme, adding));
    const personId = 'registration' in entered ? entered.registration.personId : null;
    if (personId) ours.push(personId);
    done.push({ line, outcome: entered.kind, personId });
  }
  return done;
}

function whomOf(plan: Planned, last: number, ours: number[]): Whom | null {
  switch (plan.kind) {
    case 'new':
      return { kind: 'new', named: plan.named, last, ours };
    case 'known':
      return { kind: 'known', id: plan.known.id };
    case 'listed':
    case 'wrong':
      return null;
  }
}
