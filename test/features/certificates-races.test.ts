import { and, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { certificate, message } from '../../src/db/schema.ts';
import { newCode } from '../../src/features/certificates/code.ts';
import { standings, verdict } from '../../src/features/certificates/standing.ts';
import { approve } from '../../src/features/certificates/deciding.ts';
import { certify, issue as issueNow } from '../../src/features/certificates/store.ts';
import { findEvent } from '../../src/features/events/store.ts';
import { loadProgramme } from '../../src/programme.ts';
import {
  certificates,
  createPast,
  issue,
  openCertificates,
  participant,
  withoutTelegram,
} from '../support/certificates.ts';
import { pressAny } from '../support/press.ts';
import { give } from '../support/roles.ts';
import { createWorld, ROOT, type World } from '../support/world.ts';

const programme = loadProgramme(`${ROOT}/programme.json`);

test('Issue pressed by two organizers at once, while the planner looks: each person is asked once', async () => {
  const world = await createWorld();
  const organizers = [await world.owner(), await world.arrive('en')];
  await give(world, organizers[1]!, { kind: 'organizer' });
  for (let round = 0; round < 5; round++) {
    const one = await createPast(world);
    for (let i = 0; i < 4; i++) await withoutTelegram(world, one, `Name ${i}`);
    const aiperi = await participant(world, one);
    await Promise.all([
      ...organizers.map((user) => pressAny(world, user, `issue_certificates:${one.id}`)),
      world.app.tick(),
      world.db.transaction((tx) => issueNow(tx, one.id, programme, world.clock.now())),
      world.app.tick(),
    ]);
    expect(await certificates(world, one)).toHaveLength(5);
    const { id } = await world.row(aiperi);
    const asked = and(eq(message.personId, id), eq(message.kind, 'certificate_ready'));
    expect(await world.db.$count(message, asked)).toBe(1);
  }
});

/** Looks who has none and gives them one, as two programs do that know nothing of each other. */
async function naively(world: World, eventId: number, looked: () => Promise<unknown>): Promise<void> {
  const one = (await findEvent(world.db, eventId))!;
  const lucky = (await standings(world.db, eventId)).filter((row) => !row.had && verdict(one, row) === 'qualifies');
  await looked();
  for (const row of lucky)
    await world.db.insert(certificate).values({
      code: newCode(),
      eventId,
      personId: row.personId,
      state: 'proposed',
      name: row.fullName!,
      language: row.language,
      certified: certify(one, row, programme),
      createdAt: world.clock.now(),
    });
}

test('the control: without the unique index and the row of the event, two give everybody two', async () => {
  const world = await createWorld();
  await world.db.execute(sql`drop index certificate_once`);
  const one = await createPast(world);
  await withoutTelegram(world, one, 'Name');
  const both = Promise.withResolvers<void>();
  let waiting = 2;
  const looked = () => {
    if (--waiting === 0) both.resolve();
    return both.promise;
  };
  await Promise.all([naively(world, one.id, looked), naively(world, one.id, looked)]);
  expect(await certificates(world, one)).toHaveLength(2);
});

test('two organizers approve a name at once: it is issued once, and the other one sees how it stands', async () => {
  const world = await createWorld();
  const [first, second] = [await world.owner(), await world.arrive('en')];
  await give(world, second, { kind: 'organizer' });
  const one = await createPast(world);
  await withoutTelegram(world, one, 'ნინო ბერიძე');
  await issue(first, one);
  for (const user of [first, second]) {
    await openCertificates(user, one);
    await user.press('List');
    await user.press('1');
    await user.press('Approve the name');
    await user.press('ნინო ბერიძე');
    await user.press('English');
  }
  await Promise.all([first.press('Approve'), second.press('Approve')]);
  expect(await certificates(world, one)).toMatchObject([{ state: 'valid', language: 'en' }]);
  const files = [first, second].filter((user) => user.last().document !== undefined);
  expect(files).toHaveLength(1);
  const other = files[0] === first ? second : first;
  expect(other.last().text).toContain('Somebody changed this certificate meanwhile.');
  expect(other.last().text).toContain('issued');
});

test('a name that is changed twice at once: one certificate counts', async () => {
  const world = await createWorld();
  const one = await createPast(world);
  await withoutTelegram(world, one, 'Name');
  await world.db.transaction((tx) => issueNow(tx, one.id, programme, world.clock.now()));
  const [{ id } = { id: 0 }] = await certificates(world, one);
  const approving = (name: string) =>
    world.db.transaction((tx) => approve(tx, { id, name, language: 'en' }, programme, world.clock.now()));
  // Both find a proposal, or the second one finds a certificate, whose name it then changes.
  await Promise.all([approving('A'), approving('B')]);
  const now = (await certificates(world, one)).filter(({ state }) => state === 'valid');
  expect(now).toHaveLength(1);
  const outcomes = await Promise.all(
    ['C', 'D', 'E'].map((name) =>
      world.db.transaction((tx) => approve(tx, { id: now[0]!.id, name, language: 'en' }, programme, world.clock.now())),
    ),
  );
  expect(outcomes.map(({ kind }) => kind).toSorted()).toEqual(['changed meanwhile', 'changed meanwhile', 'issued']);
  expect((await certificates(world, one)).filter(({ state }) => state === 'valid')).toHaveLength(1);
});
