import { and, eq } from 'drizzle-orm';
import type { Db, Tx } from '../../db/connect.ts';
import { certificate, event, material, message, poll, pollCopy } from '../../db/schema.ts';
import { ask } from '../../features/alumni/contact-store.ts';
import { send } from '../../features/announcements/decisions.ts';
import { finish } from '../../features/announcements/finish.ts';
import { UNDO } from '../../features/announcements/schedule.ts';
import { start } from '../../features/announcements/start.ts';
import { createDraft } from '../../features/announcements/store.ts';
import { newCode } from '../../features/certificates/code.ts';
import { certify } from '../../features/certificates/store.ts';
import { findEvent } from '../../features/events/store.ts';
import { submitFeedback } from '../../features/feedback/store.ts';
import { enter } from '../../features/registration/named.ts';
import { submitSurvey } from '../../features/surveys/store.ts';
import type { Programme } from '../../programme.ts';
import { attended, earlier, type Held, type Known } from './insert.ts';
import { MATERIALS } from './materials.ts';
import { ANNOUNCEMENT, BETTER, CONTACT, FOLLOWED_UP, POLL, RATED, USEFUL } from './voices.ts';

const inTurn = <T>(list: T[], i: number): T => list[i % list.length]!;

/** Three of four gave feedback. */
export async function insertFeedback(tx: Tx, past: Held[], people: Known[]): Promise<void> {
  for (const held of past)
    for (const [i, one] of people.filter((one) => attended(one, held)).entries()) {
      if (i % 4 === 3) continue;
      const [relevance, content, speakers, organization, recommendation] = inTurn(RATED, i + held.id);
      const texts = { useful: inTurn(USEFUL, i), better: inTurn(BETTER, i + held.id) };
      const answers = { relevance, content, speakers, organization, recommendation, ...texts };
      await submitFeedback(tx, { eventId: held.id, personId: one.row.id }, answers);
    }
}

/** Follow-up surveys that were due: fewer people answer each time. */
export async function insertSurveys(
  tx: Tx,
  past: Held[],
  people: Known[],
  since: Temporal.Instant,
  now: Temporal.Instant,
): Promise<void> {
  for (const held of past)
    for (const month of [3, 6, 12]) {
      const due = held.endsAt.toZonedDateTimeISO(held.zone).add({ months: month }).toInstant();
      const [tooOld, notYet] = [Temporal.Instant.compare(due, since) < 0, Temporal.Instant.compare(due, now) > 0];
      if (tooOld || notYet) continue;
      const those = people.filter((one) => attended(one, held));
      const answering = those.slice(0, Math.ceil(those.length * (0.9 - month / 30)));
      for (const [i, one] of answering.entries()) {
        const said = inTurn(FOLLOWED_UP, i + month);
        const answers = { same_job: 'yes', examples: null, changes: null, other_obstacles: null, ...said };
        const at = earlier(due.add({ hours: 5 + i * 9 }), now);
        await submitSurvey(tx, { eventId: held.id, month }, { personId: one.row.id, answers, now: at });
      }
    }
}

export async function insertMaterials(tx: Tx, events: Held[], by: Known, now: Temporal.Instant): Promise<void> {
  await tx.insert(material).values(
    MATERIALS.map(({ of, ...columns }, i) => {
      const held = events.find(({ key }) => key === of);
      const addedAt = earlier(held?.endsAt ?? now, now.subtract({ hours: 24 * 9 - i }));
      const file = columns.fileId ? { fileUniqueId: `unique-${columns.fileId}`, mimeType: 'application/pdf' } : {};
      return { ...columns, ...file, eventId: held?.id ?? null, addedBy: by.row.id, addedAt, toldAt: addedAt };
    }),
  );
}

/** Of an event that is over: most people approved their names within a week, the last one has not. */
export async function insertCertificates(
  tx: Tx,
  programme: Programme,
  held: Held,
  people: Known[],
  now: Temporal.Instant,
): Promise<void> {
  const since = earlier(held.endsAt.add({ hours: 20 }), now);
  await tx.update(event).set({ certificateShare: 80, certificatesSince: since }).where(eq(event.id, held.id));
  const certified = certify((await findEvent(tx, held.id))!, null, programme);
  const present = people.filter((one) => attended(one, held));
  await tx.insert(certificate).values(
    present.map(({ row, latin, name, language }, i): typeof certificate.$inferInsert => ({
      code: newCode(),
      eventId: held.id,
      personId: row.id,
      name: i % 3 === 0 ? latin : name,
      language: i % 3 === 0 ? 'en' : language,
      certified,
      createdAt: since,
      ...(i === present.length - 1
        ? { state: 'proposed' }
        : { state: 'valid', issuedAt: earlier(since.add({ hours: 1 + i * 4 }), now) }),
    })),
  );
}

/** A live poll of the last day, closed. Its copies are in nobody's chat any more. */
export async function insertPoll(tx: Tx, held: Held, people: Known[], by: Known): Promise<void> {
  const { question, options, votes } = POLL;
  const createdAt = held.endsAt.subtract({ minutes: 90 });
  const closedAt = createdAt.add({ minutes: 20 });
  const [made] = await tx
    .insert(poll)
    .values({ eventId: held.id, question, options, createdBy: by.row.id, createdAt, closedAt })
    .returning();
  const present = people.filter((one) => attended(one, held));
  await tx.insert(pollCopy).values(
    present.map(({ row }, i) => ({
      telegramPollId: `demo-${row.id}`,
      pollId: made!.id,
      personId: row.id,
      messageId: 1,
      choice: inTurn(votes, i),
    })),
  );
}

/** An announcement to everyone, sent ten days ago; its report is in nobody's chat any more. */
export async function insertAnnouncement(
  tx: Tx,
  programme: Programme,
  by: Known,
  now: Temporal.Instant,
): Promise<void> {
  // A transaction is a database that nests; the type of these functions asks for the outer one.
  const db = tx as unknown as Db;
  const at = now.subtract({ hours: 24 * 10 });
  const texts = ANNOUNCEMENT.map((text) => ({ ...text, entities: [], media: null }));
  const id = await createDraft(tx, by.row.id, { texts, audience: {}, buttons: [] }, at);
  const house = { programme, config: { OWNER_IDS: [] } };
  await send(tx, id, { id: by.row.id, owner: true }, house, { now: at, schedule: null, messageId: 1 });
  await start(db, id, house, at.add({ seconds: UNDO }));
  const sent = { state: 'sent', sentAt: at } as const;
  await tx.update(message).set(sent).where(eq(message.announcementId, id));
  await finish(db, id, at.add({ seconds: UNDO + 4 }));
  await tx
    .update(message)
    .set(sent)
    .where(and(eq(message.kind, 'announcement_report'), eq(message.state, 'queued')));
}

/** Left in the outbox: it reaches the alumna as soon as the playground runs. */
export async function askForContact(tx: Tx, people: Known[], alumna: Known, now: Temporal.Instant): Promise<void> {
  const from = people.find(({ latin }) => latin === CONTACT.fromLatin)!;
  await ask(tx, { from: from.row, to: alumna.row.id, body: CONTACT.body, username: null, now });
}

/** The organizer keeps seats of the study visit for two alumnae since yesterday, who have not answered yet. */
export async function insertInvitations(
  tx: Tx,
  visit: Held,
  people: Known[],
  by: Known,
  now: Temporal.Instant,
): Promise<void> {
  const at = now.subtract({ hours: 24 });
  const entry = { kind: 'invite', until: now.add({ hours: 24 * 5 }) } as const;
  const free = people.filter(({ went, coming, country }) => went !== '' && coming === '' && /UZ|KG/.test(country));
  for (const { row } of free.slice(-2))
    await enter(tx, { eventId: visit.id, personId: row.id, now: at }, entry, { actorId: by.row.id, again: false });
  const sent = { state: 'sent', sentAt: at } as const;
  await tx.update(message).set(sent).where(eq(message.kind, 'invitation'));
  await tx.delete(message).where(eq(message.kind, 'offer_ends'));
}
