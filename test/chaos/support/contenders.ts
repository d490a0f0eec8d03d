import { sql } from 'drizzle-orm';
import { connect, type Tx } from '../../../src/db/connect.ts';
import { event, message, person, registration } from '../../../src/db/schema.ts';
import { setSeats } from '../../../src/features/changes/store.ts';
import { freeFor, roomOf } from '../../../src/features/events/seats.ts';
import { findEvent } from '../../../src/features/events/store.ts';
import { cancel, register } from '../../../src/features/registration/seats.ts';
import { NO_ANSWERS } from '../../../src/features/registration/write.ts';

/*
 * A process with a share of the people, who contend for the seats of each event from FROM on, all shares for the same one at
 * the same time: they register, some wait, some give up, and an organizer changes the number of seats meanwhile. What it has
 * come to is told to the parent, so that the process that takes its place goes on there. WAY `naive`: looks whether there is room, then writes, and tells it afterwards.
 */
const { DATABASE_URL = '', SHARE = '0', SHARES = '1', FROM = '0', NOW = '', WAY = 'bilim' } = process.env;
process.on('disconnect', () => process.exit());
const now = Temporal.Instant.from(NOW);
const { db } = connect(DATABASE_URL, { max: 8 });

const people = (await db.select({ id: person.id }).from(person).orderBy(person.id)).filter(
  ({ id }) => id % Number(SHARES) === Number(SHARE),
);
const events = (await db.select({ id: event.id }).from(event).orderBy(event.id)).slice(Number(FROM));

let round = Number(FROM);
let next = () => {};
process.on('message', (told: { round: number }) => {
  round = told.round;
  next();
});

process.send?.('at work');
for (const [i, { id: eventId }] of events.entries()) {
  while (round < Number(FROM) + i) await new Promise<void>((resolve) => (next = resolve));
  await Promise.all(people.map(({ id }) => (WAY === 'naive' ? naively(eventId, id) : properly(eventId, id))));
  process.send?.({ done: Number(FROM) + i + 1 });
}

async function properly(eventId: number, personId: number): Promise<void> {
  const request = { eventId, personId, now };
  await db.transaction((tx) => register(tx, request, NO_ANSWERS, personId % 2 === 0));
  if (personId % 3 === eventId % 3) await db.transaction((tx) => cancel(tx, request));
  if (personId % 25 === 0)
    await db.transaction((tx) => setSeats(tx, eventId, 3 + ((personId / 25 + eventId) % 5), now));
}

async function naively(eventId: number, personId: number): Promise<void> {
  const taken = await db.transaction(async (tx) => {
    const one = await findEvent(tx, eventId);
    if (freeFor(await roomOf(tx, one!, now), null) === 0) return null;
    return take(tx, eventId, personId);
  });
  if (taken === null) return;
  const key = `confirmation:${taken}:1`;
  const owed = { personId, eventId, kind: 'confirmation', key, data: {}, dueAt: now, createdAt: now };
  await db.insert(message).values(owed).onConflictDoNothing();
}

async function take(tx: Tx, eventId: number, personId: number): Promise<number | null> {
  const [written] = await tx
    .insert(registration)
    .values({ eventId, personId, status: 'registered', createdAt: now, changedAt: now })
    .onConflictDoNothing()
    .returning({ id: registration.id });
  if (!written) return null;
  await tx.execute(sql`
    insert into registration_change (registration_id, at, by, "to")
    values (${written.id}, ${now.toString()}::timestamptz, 'person', 'registered')`);
  return written.id;
}
