import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { eventText, material, person, registration, type event } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { formOf, longText } from '../support/forms.ts';
import { answerFeedback, submit } from '../support/feedback.ts';
import { pressAny } from '../support/press.ts';
import { AIPERI } from '../support/register.ts';
import { createWorld, type World } from '../support/world.ts';

const LINK = `https://meet.example.org/${'x'.repeat(970)}`;
const PLACE = 'p'.repeat(200);
const TITLE = 't'.repeat(150);

test('sixty coming events are shown eight at a time, and a page that is not there is the nearest', async () => {
  const world = await createWorld();
  await manyEvents(world, 60);
  const nino = await world.arrive('en');
  await nino.send('/events');
  expect(nino.last().text).toContain('1. ');
  expect(eventButtons(nino)).toHaveLength(8);
  for (let page = 1; page < 8; page++) {
    await nino.press('Next');
    expect(nino.last().text).toContain(`${page * 8 + 1}. `);
  }
  expect(eventButtons(nino)).toHaveLength(4);
  expect(buttons(nino)).not.toContain('Next');
  await nino.press('Previous');
  expect(nino.last().text).toContain('49. ');
  for (const wanted of ['999', '-1', 'x', '1e99']) {
    await pressAny(world, nino, `events:${wanted}`);
    expect(eventButtons(nino).length, wanted).toBeGreaterThan(0);
  }
});

test('thirty registrations with long links and places: /my has pages, and neither link nor place', async () => {
  const world = await createWorld();
  const nino = await world.arrive('en');
  for (const one of await manyEvents(world, 30)) await seat(world, one, nino);
  await nino.send('/my');
  expect(eventButtons(nino)).toHaveLength(8);
  expect(nino.last().text).toContain('You are registered');
  expect(nino.last().text).not.toContain('meet.example.org');
  expect(nino.last().text).not.toContain('ppp');
  for (let page = 1; page < 4; page++) await nino.press('Next');
  expect(nino.last().text).toContain('30. ');
  expect(eventButtons(nino)).toHaveLength(6);
  await nino.press({ data: eventButtons(nino)[0]! });
  expect(nino.last().text).toContain(LINK);
  expect(nino.last().text).toContain(PLACE);
});

test.for(['x', '<', '&', '👩'])(
  'a description of 4000 "%s" with a long title, place and link is cut, and the buttons come',
  async (sign) => {
    const world = await createWorld();
    const one = await createEvent(world, { texts: { en: TITLE }, place: PLACE, link: LINK });
    await world.db
      .update(eventText)
      .set({ description: sign.repeat(4000) })
      .where(eq(eventText.eventId, one.id));
    const nino = await world.arrive('en');
    await seat(world, one, nino);
    await nino.open(`event_${one.code}`);
    expect(nino.last().text).toContain(`${sign}…`);
    expect(nino.last().text).toContain(LINK);
    expect(datas(nino)).toEqual([`cant_come:${one.id}`, `calendar:${one.id}`, 'events']);
    expect([...nino.last().text].length).toBeGreaterThan(3000 / sign.length);
  },
);

test('an event without a description has no gap where it would stand', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const nino = await world.arrive('en');
  await nino.open(`event_${one.code}`);
  expect(nino.last().text).not.toMatch(/\n\n\n|\n$/);
});

test('without any event, /events does not send people to /events', async () => {
  const world = await createWorld();
  const nino = await world.arrive('en');
  await nino.send('/events');
  expect(nino.last().text).toContain('There are no coming events yet');
  expect(nino.last().text).not.toContain('/events');
});

test('begin and end by both clocks: one line within a day, two over several days or over midnight', async () => {
  const world = await createWorld();
  const nino = await world.arrive('en');
  await inZone(world, nino, 'Asia/Tbilisi');
  const at = (time: string) => Temporal.Instant.from(time);
  const times = async (beginsAt: string, endsAt: string) => {
    const one = await createEvent(world, { beginsAt: at(beginsAt), endsAt: at(endsAt) });
    await nino.open(`event_${one.code}`);
    return nino.last().text;
  };
  expect(await times('2026-12-04T09:00:00Z', '2026-12-04T12:00:00Z')).toContain(
    'Friday, 4 December 2026, 13:00–16:00 · Tbilisi (UTC+4)\n14:00–17:00 · Astana (UTC+5)\n',
  );
  expect(await times('2026-12-04T09:00:00Z', '2026-12-06T12:00:00Z')).toContain(
    [
      'Friday, 4 December 2026, 13:00 · Tbilisi (UTC+4)',
      '14:00 · Astana (UTC+5)',
      'End: Sunday, 6 December 2026, 16:00 · Tbilisi (UTC+4)',
      '17:00 · Astana (UTC+5)',
    ].join('\n'),
  );
  // One evening in Tbilisi is two days in Astana.
  expect(await times('2026-12-04T15:00:00Z', '2026-12-04T19:30:00Z')).toContain(
    'End: Friday, 4 December 2026, 23:30 · Tbilisi (UTC+4)\nSaturday, 5 December 2026, 00:30 · Astana (UTC+5)',
  );
});

test('the deadline has its time, by both clocks', async () => {
  const world = await createWorld();
  const deadlineAt = Temporal.Instant.from('2026-12-01T19:30:00Z');
  const one = await createEvent(world, { deadlineAt });
  const nino = await world.arrive('en');
  await inZone(world, nino, 'Asia/Tbilisi');
  await nino.open(`event_${one.code}`);
  expect(nino.last().text).toContain(
    'Registration deadline: Tuesday, 1 December 2026, 23:30 · Tbilisi (UTC+4)\nWednesday, 2 December 2026, 00:30 · Astana (UTC+5)',
  );
});

const STATES = [
  { state: 'open', has: ['register'], says: 'link is shown after registration' },
  { state: 'open', status: 'registered', has: ['cant_come', 'calendar'], says: LINK, not: 'after registration' },
  { state: 'open', status: 'waiting', has: ['cant_come'], says: 'number 1' },
  { state: 'open', status: 'cancelled', has: ['register'], says: 'You cancelled your participation' },
  { state: 'closed', has: [], says: 'Registration is closed', not: '🔗' },
  { state: 'closed', status: 'registered', has: ['cant_come', 'calendar'], says: LINK },
  { state: 'closed', status: 'waiting', has: ['cant_come'], says: 'link is shown after registration' },
  { state: 'closed', status: 'cancelled', has: [], says: 'You cancelled your participation', not: '🔗' },
  { state: 'called off', has: [], says: 'The event is cancelled', not: '🔗' },
  { state: 'called off', status: 'registered', has: [], says: 'The event is cancelled', not: 'You are registered' },
  { state: 'called off', status: 'registered', has: [], says: 'The event is cancelled', not: '🔗' },
  { state: 'called off', status: 'waiting', has: [], says: 'The event is cancelled', not: 'waiting list' },
  { state: 'begun', has: [], says: 'The event has begun', not: '🔗' },
  { state: 'begun', status: 'registered', has: ['calendar'], says: LINK },
  { state: 'begun', status: 'waiting', has: [], says: 'No seat became free', not: 'You are on the waiting list' },
  { state: 'over', has: [], says: 'The event is over', not: '🔗' },
  { state: 'over', status: 'registered', has: ['feedback'], says: 'The event is over', not: '🔗' },
  { state: 'over', status: 'waiting', has: [], says: 'No seat became free', not: '🔗' },
  { state: 'over', status: 'cancelled', has: [], says: 'The event is over', not: '🔗' },
] as const;

test('the page says how somebody stands with an event in each of its states, and offers what they can do', async () => {
  const world = await createWorld();
  for (const row of STATES) {
    const { state, has, says } = row;
    const status = 'status' in row ? row.status : null;
    const named = `${state}, ${status}`;
    const now = world.clock.now();
    const one = await createEvent(world, {
      link: LINK,
      ...(state === 'called off' && { status: 'cancelled' }),
      ...(state === 'closed' && { deadlineAt: now.subtract({ hours: 1 }) }),
      ...(state === 'begun' && { beginsAt: now.subtract({ hours: 1 }) }),
      ...(state === 'over' && { beginsAt: now.subtract({ hours: 9 }) }),
    });
    const someone = await world.arrive('en');
    if (status) await seat(world, one, someone, { status });
    await someone.open(`event_${one.code}`);
    expect(someone.last().text, named).toContain(says);
    expect(someone.last().text, named).not.toContain('not' in row ? row.not : 'undefined');
    expect(datas(someone), named).toEqual([...has.map((name) => `${name}:${one.id}`), 'events']);
  }
});

test('after the end: feedback as long as it is awaited, the materials, and the way back through /my', async () => {
  const world = await createWorld();
  const one = await createEvent(world);
  const [nino, absent] = [await world.arrive('en'), await world.arrive('ru')];
  await seat(world, one, nino, { attended: true });
  await seat(world, one, absent, { attended: false });
  await world.db.insert(material).values({
    eventId: one.id,
    title: 'Slides',
    kind: 'link',
    url: 'https://example.org/slides',
    phase: 'after',
    addedAt: world.clock.now(),
  });
  await nino.send('/my');
  expect(datas(nino)).not.toContain('past_events');
  await nino.press({ data: `event:${one.id}` });
  expect(datas(nino)).toEqual([`cant_come:${one.id}`, `calendar:${one.id}`, 'events']);

  world.clock.set(one.endsAt);
  await absent.open(`event_${one.code}`);
  expect(datas(absent)).toEqual(['materials', 'events']);
  await nino.send('/my');
  expect(nino.last().text).toContain('no registrations');
  await nino.press('Past events');
  expect(nino.last().text).toContain('1. Digital services workshop');
  await nino.press({ data: `event:${one.id}` });
  expect(datas(nino)).toEqual([`feedback:${one.id}`, 'materials', 'events']);
  await answerFeedback(nino, one.id);
  await submit(nino);
  await nino.open(`event_${one.code}`);
  expect(datas(nino)).toEqual(['materials', 'events']);
  await nino.press('Materials');
  expect(nino.last().text).toContain('Slides');
});

test('past events have pages, and are those where somebody had a seat', async () => {
  const world = await createWorld();
  const nino = await world.arrive('en');
  const past = await manyEvents(world, 11, (i) => world.clock.now().subtract({ hours: 24 * (i + 1) }));
  for (const [i, one] of past.entries())
    await seat(world, one, nino, { status: i === 0 ? 'cancelled' : i === 1 ? 'waiting' : 'registered' });
  await pressAny(world, nino, 'past_events');
  expect(eventButtons(nino)).toEqual(past.slice(2, 10).map(({ id }) => `event:${id}`));
  await nino.press('Next');
  expect(eventButtons(nino)).toEqual([`event:${past[10]!.id}`]);
  const other = await world.arrive('en');
  await pressAny(world, other, 'past_events');
  expect(other.last().text).toContain('You have no past events yet');
});

test('who does not find a text in their language reads the next best: Russian before English in Kazakhstan', async () => {
  const world = await createWorld();
  const label = { en: 'Your question?', ru: 'Ваш вопрос?' };
  const form = formOf(longText('why', label));
  const one = await createEvent(world, { texts: { en: 'Workshop', ru: 'Воркшоп', ko: '워크숍' }, form });
  const seen = { kk: 'Воркшоп', hy: 'Воркшоп', ru: 'Воркшоп', ko: '워크숍', en: 'Workshop' };
  for (const [language, title] of Object.entries(seen)) {
    const someone = await world.arrive(language);
    await someone.open(`event_${one.code}`);
    expect(someone.last().text, language).toMatch(new RegExp(`^${title}\n`));
  }
  const aizhan = await world.arrive('kk');
  await world.db
    .update(person)
    .set({ ...AIPERI, sex: 'female', email: 'aizhan@example.org' })
    .where(eq(person.telegramId, aizhan.id));
  await pressAny(world, aizhan, `register:${one.id}`);
  expect(aizhan.last().text.split('Ваш вопрос?')).toHaveLength(2);
  expect(await world.db.select().from(registration)).toEqual([]);
});

/** Published, with titles, places and links as long as an organizer may type them. `beginsAt`: of the nth, from 0. */
async function manyEvents(
  world: World,
  count: number,
  beginsAt = (i: number) => world.clock.now().add({ hours: 24 * (i + 1) }),
) {
  const made: (typeof event.$inferSelect)[] = [];
  for (let i = 0; i < count; i++)
    made.push(await createEvent(world, { texts: { en: TITLE }, place: PLACE, link: LINK, beginsAt: beginsAt(i) }));
  return made;
}

async function inZone({ db }: World, someone: TelegramUser, zone: string): Promise<void> {
  await db.update(person).set({ zone, zoneChosen: true }).where(eq(person.telegramId, someone.id));
}

const buttons = (someone: TelegramUser) => someone.last().buttons.flat();

/** But for the history, which whoever has a registration can always read. */
const datas = (someone: TelegramUser) =>
  (someone.last().message.reply_markup?.inline_keyboard ?? [])
    .flat()
    .map((button) => ('callback_data' in button ? button.callback_data : ''))
    .filter((data) => !data.startsWith('history:'));

const eventButtons = (someone: TelegramUser) => datas(someone).filter((data) => data.startsWith('event:'));
