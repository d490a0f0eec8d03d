import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { requirement, requirementState } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { registrationOf, told } from '../support/seats.ts';
import { createWorld, type World } from '../support/world.ts';

/** A study visit in forty days, and somebody who has a seat. */
async function stage(language = 'en') {
  const world = await createWorld();
  const owner = await world.owner();
  const beginsAt = world.clock.now().add({ hours: 24 * 40 });
  const one = await createEvent(world, { kind: 'study_visit', beginsAt });
  const nino = await world.arrive(language);
  await seat(world, one, nino);
  return { world, owner, one, nino };
}

/** Through the dialog: `kept` where a value is asked for. */
async function ask(
  world: World,
  owner: TelegramUser,
  eventId: number,
  { title, due, kept }: { title: string; due?: string; kept?: string },
): Promise<number> {
  await pressAny(world, owner, `add_requirement:${eventId}`);
  await owner.send(title);
  await owner.send(`${title} (ru)`);
  if (due) await owner.send(due);
  else await owner.press('No date');
  await owner.press(kept ? 'Yes' : 'No');
  if (kept) await owner.send(kept);
  await owner.press('Save');
  const all = await world.db.select().from(requirement).orderBy(requirement.id);
  return all.at(-1)!.id;
}

const states = async ({ db }: World) => {
  const rows = await db.select().from(requirementState).orderBy(requirementState.requirementId);
  return rows.map(({ state, value, note }) => [state, value, note]);
};

test('an organizer asks for documents; people are told once, press what is ready, and the list says who lacks what', async () => {
  const { world, owner, one, nino } = await stage();
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Admission and seats');
  await owner.press('Documents');
  expect(owner.last().text).toContain('No documents are asked for yet.');
  const passport = await ask(world, owner, one.id, { title: 'Passport', due: '2026-12-20 18:00' });
  await ask(world, owner, one.id, { title: 'Insurance' });
  expect(owner.last().text).toContain('All documents ready: 0 of 1');
  await world.tick();
  expect(nino.last().text).not.toContain('Please prepare');
  world.clock.advance({ minutes: 31 });
  await world.tick();
  expect(nino.last().text).toMatch(/Please prepare these documents[^]*1\. Passport[^]*2\. Insurance/);
  await nino.press('Documents');
  await nino.press('☑️ 1. Passport');
  expect(nino.last().text).toContain('☑️ 1. Passport · ready');
  await nino.press('↩ 1. Passport');
  expect(nino.last().text).toContain('⬜ 1. Passport · not ready yet');
  await nino.press('☑️ 1. Passport');
  await nino.press('☑️ 2. Insurance');
  expect(nino.last().text).toContain('All is ready.');
  await pressAny(world, owner, `checklist:${one.id}`);
  expect(owner.last().text).toContain('All documents ready: 1 of 1');
  expect(owner.last().text).toContain('☑️☑️');

  await owner.press('1');
  await owner.press('☑️ 1. Passport');
  await owner.press('Needs correction');
  await owner.send('It ends <too> soon');
  expect(owner.last().text).toContain('The person is told.');
  expect(nino.last().text).toContain('A document needs correction');
  expect(nino.last().text).toContain('It ends <too> soon');
  expect(nino.last().text).not.toContain('Insurance');
  await nino.press('Documents');
  await nino.press('☑️ 1. Passport');
  await pressAny(world, owner, `check_document:${passport}:${(await registrationOf(world, nino)).id}`);
  expect(owner.last().text).toContain('✅ 1. Passport · checked');
  // What was checked stays so.
  await pressAny(world, nino, `not_ready:${passport}`);
  await pressAny(world, nino, `ready:${passport}`);
  expect(await states(world)).toEqual([
    ['checked', null, null],
    ['ready', null, null],
  ]);
  await nino.send('/start');
  await nino.open(`event_${one.code}`);
  expect(nino.last().buttons.flat()).toContain('Documents');
  expect(await told(world, nino)).toEqual(['documents_asked sent', 'document_refused sent']);
});

test('a value is written as text, with the time at which it goes, and goes then; scans are refused with a sentence', async () => {
  const { world, owner, one, nino } = await stage('ru');
  const visa = await ask(world, owner, one.id, { title: 'Visa', kept: '2027-01-20 12:00' });
  await pressAny(world, nino, `documents:${one.id}`);
  await nino.press({ data: `ready:${visa}` });
  expect(nino.last().text).toContain('20 января 2027');
  await nino.sendPhoto();
  expect(nino.last().text).toContain('не присылайте сюда документы');
  await nino.send('KR 1234567');
  expect(nino.last().text).toContain('KR 1234567');
  expect(await states(world)).toEqual([['ready', 'KR 1234567', null]]);
  await nino.sendPhoto();
  expect(nino.last().text).toContain('не присылайте сюда документы');

  await pressAny(world, owner, `document:${visa}:${(await registrationOf(world, nino)).id}`);
  expect(owner.last().text).toContain('KR 1234567');
  await nino.send('/mydata');
  const sent = nino.chat.findLast(({ message }) => 'document' in message)!.message as { document: { file_id: string } };
  expect((await world.download(sent.document.file_id)).toString()).toContain('KR 1234567');
  world.clock.set('2027-01-20T07:00:00Z');
  await world.tick();
  expect(await states(world)).toEqual([['ready', null, null]]);
});

test('who lacks something is reminded 7 days and 1 day before it is due, in one message; who does not, is not', async () => {
  const { world, owner, one, nino } = await stage();
  const other = await world.arrive('en');
  await seat(world, one, other);
  const first = await ask(world, owner, one.id, { title: 'Passport', due: '2026-12-20 18:00' });
  const second = await ask(world, owner, one.id, { title: 'Photo', due: '2026-12-20 18:00' });
  await ask(world, owner, one.id, { title: 'Ticket', due: '2026-12-28 18:00' });
  for (const id of [first, second]) await pressAny(world, other, `ready:${id}`);
  world.clock.set('2026-12-13T13:30:00Z');
  await world.tick();
  await world.tick();
  expect(nino.last().text).toMatch(/still missing[^]*Passport[^]*Photo/);
  expect(nino.last().text).not.toContain('Ticket');
  await pressAny(world, owner, `waive_document:${first}:${(await registrationOf(world, nino)).id}`);
  world.clock.set('2026-12-19T13:30:00Z');
  await world.tick();
  expect(nino.last().text).not.toContain('Passport');
  expect(nino.last().text).toContain('Photo');
  const reminders = async (someone: TelegramUser) =>
    (await told(world, someone)).filter((one) => one === 'documents_reminder sent').length;
  expect([await reminders(nino), await reminders(other)]).toEqual([2, 0]);
});

test('nobody answers for somebody else, or for another event; what is not asked for any more is not kept', async () => {
  const { world, owner, one, nino } = await stage();
  const visa = await ask(world, owner, one.id, { title: 'Visa', kept: '2027-01-20 12:00' });
  const another = await createEvent(world);
  const stranger = await world.arrive('en');
  await seat(world, another, stranger);
  await pressAny(world, stranger, `ready:${visa}`);
  expect(stranger.last().text).toContain('no documents for you');
  await pressAny(world, owner, `check_document:${visa}:${(await registrationOf(world, stranger)).id}`);
  expect(await states(world)).toEqual([]);
  await pressAny(world, nino, `ready:${visa}`);
  await nino.send('KR 1234567');
  await pressAny(world, owner, `edit_requirement:${visa}`);
  await owner.press('Edit');
  await owner.press('Value');
  await owner.press('No');
  await owner.press('Save');
  expect(await states(world)).toEqual([['ready', null, null]]);
  await pressAny(world, owner, `requirement:${visa}`);
  await owner.press('Delete the document');
  await owner.press('Delete the document');
  expect(await world.db.$count(requirement, eq(requirement.eventId, one.id))).toBe(0);
  expect(await states(world)).toEqual([]);
});

test('twelve documents with long names, long words and values: each page still fits a message', async () => {
  const { world, owner, one, nino } = await stage('ru');
  const long = (start: string, n: number) => `${start} ${'ы'.repeat(n)}`.slice(0, n);
  const dueAt = one.beginsAt.subtract({ hours: 200 });
  const all = Array.from({ length: 12 }, (_, i) => ({
    eventId: one.id,
    position: i + 1,
    title: { ru: long(`Документ ${i + 1}`, 100), en: long(`Document ${i + 1}`, 100) },
    dueAt,
    asksValue: true,
    keptUntil: one.endsAt,
  }));
  const made = await world.db.insert(requirement).values(all).returning();
  const { id } = await registrationOf(world, nino);
  const said = { state: 'refused', value: long('v', 200), note: long('n', 500), at: world.clock.now() } as const;
  await world.db
    .insert(requirementState)
    .values(made.map((each) => ({ ...said, requirementId: each.id, registrationId: id })));
  await pressAny(world, nino, `documents:${one.id}`);
  expect(nino.last().text).toContain('12. Документ 12');
  await pressAny(world, owner, `documents_of:${id}`);
  expect(owner.last().text).toContain('12. Document 12');
  await pressAny(world, owner, `requirements:${one.id}`);
  expect(owner.last().text).toContain('12. Document 12');
  await pressAny(world, owner, `document:${made[0]!.id}:${id}`);
  expect(owner.last().text).toContain('ы'.repeat(490));
  world.clock.set(dueAt.subtract({ hours: 24 }));
  await world.tick();
  expect(nino.last().text).toContain('12. Документ 12');
});
