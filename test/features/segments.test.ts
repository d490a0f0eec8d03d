import { desc, eq, sql } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { draft, role, person, segment } from '../../src/db/schema.ts';
import { segments } from '../../src/features/segments/index.ts';
import { audienceMembers } from '../../src/features/segments/store.ts';
import type { Deps } from '../../src/bot/context.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import { choose, makeOrganizer, name, populate, save, saved, sheet } from './segments-support.ts';

const stored = async ({ db }: World) => (await db.select().from(segment).orderBy(segment.id)).map(({ name }) => name);

/** Somebody saves a segment of this name, unseen until what is done meanwhile waits for it. */
async function meanwhile({ db, clock }: World, name: string, act: () => Promise<unknown>): Promise<void> {
  const waits = sql`select from pg_stat_activity where wait_event_type = 'Lock' and datname = current_database()`;
  let acted: Promise<unknown> | undefined;
  await db.transaction(async (tx) => {
    await tx.insert(segment).values({ name, audience: {}, createdAt: clock.now() });
    acted = act();
    await expect.poll(async () => (await db.execute(waits)).length).toBe(1);
  });
  await acted;
}

test('each condition means its people, and several mean those who meet all of them', { timeout: 60_000 }, async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const ago = (hours: number) => world.clock.now().subtract({ hours });
  const workshop = await createEvent(world, { beginsAt: ago(200 * 24) });
  const webinar = await createEvent(world, { kind: 'webinar', beginsAt: ago(500 * 24), texts: { en: 'Open data' } });
  const coming = await createEvent(world, { texts: { en: 'Artificial intelligence' } });
  const [w, b, c] = [workshop.id, webinar.id, coming.id];
  const survey = { form: 'follow_up', eventId: w, month: 3 } as const;
  await populate(world, {
    Aida: { country: 'KZ', language: 'kk', sex: 'female', at: { [w]: { attended: true } }, gave: [survey] },
    Bek: { country: 'KZ', sex: 'male', at: { [w]: { attended: true }, [c]: {} } },
    Chinara: { country: 'KG', sex: 'female', at: { [b]: { attended: true } } },
    Davit: { country: 'GE', sex: 'male', unreachableSince: ago(1), at: { [w]: { attended: false } } },
    Elena: { country: 'GE', language: 'en', muted: ['announcements'], at: { [c]: { status: 'waiting' } } },
    Farid: { sex: 'undisclosed', at: { [c]: { status: 'cancelled' } } },
    Gulnora: { country: 'UZ', telegramId: null },
  });
  await world.db.update(person).set({ fullName: 'Owner' }).where(eq(person.telegramId, owner.id));
  const cases: [tokens: string[], people: string][] = [
    [['event', '.', `${c}`, 'registered'], 'Bek'],
    [['event', '.', `${c}`, 'waiting'], 'Elena'],
    [['event', '.', `${c}`, 'cancelled'], 'Farid'],
    [['event', '.', `${w}`, 'attended'], 'Aida Bek'],
    [['event', '.', `${w}`, 'absent'], 'Davit'],
    [['countries', '.', 'KZ', 'KG', '.'], 'Aida Bek Chinara'],
    [['languages', '.', 'kk', 'en', '.'], 'Aida Elena Owner'],
    [['sex', '.', 'male', 'undisclosed', '.'], 'Bek Davit Farid'],
    [['alumni', '.', 'webinar', 'training', '.', 'any'], 'Chinara'],
    [['alumni', '.', 'any', '2026', '.'], 'Aida Bek'],
    [['alumni', '.', 'webinar', '.', '2026', '.'], ''],
    [['response', '.', `${w}`, '3', 'yes'], 'Aida'],
    [['response', '.', `${w}`, '3', 'no'], 'Bek'],
    [['reachable', '.', 'yes'], 'Aida Bek Chinara Elena Farid Owner'],
    [['reachable', '.', 'no'], 'Davit'],
    // Asked in the order of the list, not of the ticks.
    [['reachable', 'countries', '.', 'GE', '.', 'yes'], 'Elena'],
    [['alumni', 'sex', 'countries', '.', 'KZ', 'KG', '.', 'female', '.', 'any', '2026', '2025', '.'], 'Aida Chinara'],
    [['event', 'languages', 'response', '.', `${w}`, 'registered', 'ru', '.', `${w}`, '3', 'no'], 'Bek'],
  ];
  for (const [i, [tokens, people]] of cases.entries()) {
    const about = tokens.join(' ');
    const names = people.split(' ').filter(Boolean);
    await save(owner, `Segment ${i}`, ...tokens);
    expect(owner.last().text, about).toContain(`People now: ${names.length}\n`);
    expect(owner.last().buttons.flat().includes('List in Excel'), about).toBe(names.length > 0);
    const [made] = await world.db.select().from(segment).orderBy(desc(segment.id)).limit(1);
    const members = await audienceMembers(world.db, made!.audience, 100);
    expect(new Set(members.map(({ fullName }) => fullName)), about).toEqual(new Set(names));
  }
});

test('organizations are those of the chosen countries, in all their spellings, a page at a time or found by a part', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const listed = 'National Information Technologies JSC';
  await populate(world, {
    Aida: { country: 'KZ', agency: listed },
    Bek: { country: 'KZ', agency: 'АО «Национальные информационные технологии»' },
    Chinara: { country: 'KZ', agency: '«ҰЛТТЫҚ АҚПАРАТТЫҚ ТЕХНОЛОГИЯЛАР» АҚ' },
    Davit: { country: 'KZ', agency: 'Ümid  Fondu' },
    Elena: { country: 'KZ', agency: 'ümid fondu' },
    Farid: { country: 'AZ', agency: 'İqtisadiyyat Nazirliyi' },
    Gulnora: { country: 'UZ', agency: 'Toshkent hokimligi' },
  });
  await name(owner, 'Of two organizations');
  await choose(owner, 'countries', 'agencies', '.', 'KZ', 'AZ', '.');
  const pages = [owner.last().text];
  expect(owner.last().buttons.at(-2)).toEqual(['Next', 'Done']);
  await owner.press('Next');
  expect(owner.last().buttons.at(-2)).toEqual(['Previous', 'Done']);
  pages.push(owner.last().text);
  // Each of them once, whatever its spelling, and none of another country.
  expect(pages.join().match(/National Information|Национальные|ҰЛТТЫҚ/g)).toHaveLength(1);
  expect(pages.join().match(/mid +fondu|İqtisadiyyat/gi)).toHaveLength(2);
  expect(pages.join()).not.toMatch(/Toshkent|Tashkent/);
  // "Done" with nothing ticked says what is expected.
  await owner.press('Done');
  expect(owner.alerts.at(-1)?.text).toContain('choose');

  const asked = owner.chat.findLast(({ from }) => from === 'bot')!.message_id;
  await owner.send('no such thing');
  expect(owner.last().text).toContain('No organization was found');
  // In another language than its label, and in another case.
  await owner.send('национальные ИНФОРМ');
  expect(owner.last().text).toContain(`1. ${listed}`);
  expect(owner.chat.find(({ message_id }) => message_id === asked)!.buttons).toEqual([]);
  await owner.press('1');
  expect(owner.last().text).toContain(`1. ✓ ${listed}`);
  await owner.press('All organizations');
  await owner.send('ümid');
  expect(
    owner
      .last()
      .buttons.flat()
      .filter((label) => /fondu/i.test(label)),
  ).toHaveLength(1);
  await owner.press(/mid +fondu/i);
  expect(owner.last().buttons.flat()[0]).toMatch(/^✓/);
  await owner.press('Done');
  await owner.press({ data: /:ok$/ });
  expect(owner.last().text).toMatch(/Organization · National Information Technologies JSC or Ümid +Fondu\n/i);
  await owner.press('List in Excel');
  const { column } = await sheet(world, owner);
  expect(column('Full name')).toEqual(['Aida', 'Bek', 'Chinara', 'Davit', 'Elena']);
});

test('an organization that was chosen stays among the answers when nobody has it in their profile any more', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const id = await saved(world, 'Of old', { agencies: ['Gone Ltd'], countries: ['KZ'] });
  await pressAny(world, owner, `segment_change:${id}`);
  expect(owner.last().text).toContain('Organization · Gone Ltd');
  await owner.press('Save');
  expect((await world.db.select().from(segment))[0]!.audience).toEqual({ agencies: ['Gone Ltd'], countries: ['KZ'] });
});

test('the page says who is meant in words, and counts those who are reached, the others by the reason, and countries', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const event = await createEvent(world);
  const id = await saved(world, 'Of <b>two</b> countries', {
    event: { id: event.id, status: 'registered' },
    countries: ['KZ', 'UZ'],
    languages: ['ru', 'kk'],
    alumni: { kinds: ['workshop', 'webinar'], years: [2025] },
    reachable: true,
  });
  await pressAny(world, owner, `segment:${id}`);
  expect(owner.last().text.split('\n').slice(0, 6)).toEqual([
    'Of <b>two</b> countries',
    'Event · Digital services workshop (Registered)',
    'Country · Kazakhstan or Uzbekistan',
    'Language · Русский or Қазақша',
    'Alumni · Workshop or Webinar; 2025',
    'Reachable or not · Reachable',
  ]);

  await populate(world, {
    Aida: { country: 'KZ' },
    Bek: { country: 'KZ', muted: ['announcements'] },
    Chinara: { country: 'KZ', unreachableSince: world.clock.now() },
    Davit: { country: 'UZ', telegramId: null },
    Elena: { country: 'UZ', agreed: false },
  });
  await pressAny(world, owner, `segment:${await saved(world, 'All', { languages: ['ru'] })}`);
  expect(owner.last().text.split('\n')).toEqual([
    'All',
    'Language · Русский',
    '',
    'People now: 5',
    'Would get an announcement: 1',
    '',
    'Would not get it',
    'Have not started the bot · 2',
    'Switched announcements off · 1',
    'Blocked the bot or left Telegram · 1',
    '',
    'By country',
    'Kazakhstan · 3',
    'Uzbekistan · 2',
  ]);
});

test('unreachable people stand at the end of the list, with what it takes to telephone or write to them', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await world.db.update(person).set({ zone: 'Asia/Tashkent' }).where(eq(person.telegramId, owner.id));
  for (let i = 1; i <= 9; i++) await saved(world, `Segment ${i}`, { sex: ['female'] });
  await owner.send('/segments');
  expect(owner.last().buttons.slice(-3)).toEqual([['Unreachable people · 0'], ['New segment'], ['For organizers']]);
  await owner.press(/^Unreachable/);
  expect(owner.last().text).toContain('People now: 0');
  expect(owner.last().buttons).toEqual([['All segments'], ['For organizers']]);

  await populate(world, {
    '=HYPERLINK("http://example.org")': {
      country: 'KZ',
      agency: '+1',
      email: '@SUM(A1)',
      unreachableSince: Temporal.Instant.from('2026-11-20T10:30:00Z'),
    },
    Bek: { country: 'GE', unreachableSince: Temporal.Instant.from('2026-11-21T00:00:00Z') },
    Chinara: { country: 'GE', telegramId: null },
    Davit: { country: 'GE' },
  });
  await owner.press('All segments');
  await owner.press('Next');
  expect(owner.last().buttons.flat()).toContain('9. Segment 9');
  await owner.press('Unreachable people · 2');
  expect(owner.last().text).toContain('Georgia · 1\nKazakhstan · 1');
  expect(owner.last().buttons.flat()).not.toContain('Write an announcement');
  await owner.press('List in Excel');
  expect(owner.last().text).toBe('Unreachable people');
  const { file, head, rows, column } = await sheet(world, owner);
  expect(file).toBe('unreachable.xlsx');
  expect(rows).toHaveLength(2);
  expect(column('Full name')).toEqual(['Bek', '=HYPERLINK("http://example.org")']);
  expect(column('Country')).toEqual(['Georgia', 'Kazakhstan']);
  expect([column('Organization'), column('Email')]).toEqual([
    [null, '+1'],
    [null, '@SUM(A1)'],
  ]);
  const since = head.find((title) => String(title).startsWith('Unreachable since'))!;
  expect(since).toBe('Unreachable since (Tashkent, UTC+5)');
  expect(column(String(since))).toEqual(['2026-11-21 05:00', '2026-11-20 15:30']);
});

test('a list says who does not get announcements and why, and nobody’s sex', async () => {
  const world = await createWorld();
  const owner = await world.owner('ru');
  await populate(world, {
    Aida: { country: 'KZ', sex: 'female' },
    Bek: { country: 'KZ', sex: 'male', muted: ['announcements'] },
  });
  const id = await saved(world, 'Қазақстан', { countries: ['KZ'] });
  await pressAny(world, owner, `segment_list:${id}`);
  expect(owner.last().text).toBe('Қазақстан');
  const { file, head, column } = await sheet(world, owner);
  expect(file).toBe(`segment-${id}.xlsx`);
  expect(head).not.toContain('Пол');
  expect(column('Получает объявления')).toEqual(['Да', 'Отключили объявления']);
});

test('a list that is too long for a file is refused, with the way out', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await world.db.execute(sql`
    insert into person (telegram_id, language, zone, country, created_at, seen_at)
    select 10000 + n, 'ru', 'Asia/Almaty', 'KZ', now(), now() from generate_series(1, 10001) as n`);
  const id = await saved(world, 'All', { countries: ['KZ'] });
  const { text, alert } = await pressAny(world, owner, `segment_list:${id}`);
  expect(text).toContain('with more conditions, for example one country. At most: 10,000');
  expect(alert).toBe(true);
});

test('who answered feedback is never listed, and small numbers of them are not told', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const { id } = await createEvent(world, { beginsAt: world.clock.now().subtract({ hours: 24 }) });
  const gave = [{ form: 'feedback', eventId: id, month: 0 } as const];
  const at = { [id]: {} };
  await populate(world, {
    Aida: { at, gave, country: 'KZ' },
    Bek: { at, gave, country: 'KZ' },
    Chinara: { at, gave, country: 'KG' },
    Davit: { at, country: 'GE' },
    Elena: { at: { [id]: { attended: false } }, country: 'GE' },
  });
  await save(owner, 'Answered', 'response', '.', `${id}`, '0', 'yes');
  expect(owner.last().text).toContain('People now: 3\nWould get an announcement: 3\n');
  expect(owner.last().text).toContain('Feedback is anonymous.');
  expect(owner.last().text).not.toContain('Kazakhstan');
  expect(owner.last().buttons.flat()).not.toContain('List in Excel');
  const [{ id: answeredId } = { id: 0 }] = await world.db.select().from(segment);
  const chat = owner.chat.length;
  expect((await pressAny(world, owner, `segment_list:${answeredId}`)).text).toContain('Feedback is anonymous.');
  expect(owner.chat).toHaveLength(chat);
  // One, or none, or two: the number would say who.
  await save(owner, 'Silent', 'response', '.', `${id}`, '0', 'no');
  expect(owner.last().text).toContain('People now: < 3\nWould get an announcement: < 3\n');
  await save(owner, 'Silent of Kazakhstan', 'countries', 'response', '.', 'KZ', '.', `${id}`, '0', 'no');
  expect(owner.last().text).toContain('People now: < 3\nWould get an announcement: < 3\n');
  expect(owner.last().buttons.flat()).toContain('Write an announcement');
});

test('a name that is taken is refused when it is typed, and asked for anew when somebody took it before the end', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await saved(world, 'Women', { sex: ['female'] });
  await name(owner, 'WOMEN');
  expect(owner.last().text).toBe('There is already a segment with this name. Please write another name.');
  await owner.send('Men');
  await choose(owner, 'sex', '.', 'male', '.');
  await saved(world, 'Men', { sex: ['male'] });
  await owner.press({ data: /:ok$/ });
  expect(owner.last().text).toContain('There is already a segment with this name.');
  await owner.send(' Gentle\nmen ');
  await owner.press({ data: /:ok$/ });
  expect(owner.last().text).toContain('Gentle men\nSex · Male');
  expect(await stored(world)).toEqual(['Women', 'Men', 'Gentle men']);
});

test('two organizers who save one name in the same moment: one is told, and keeps the other answers', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await name(owner, 'Women');
  await choose(owner, 'sex', '.', 'female', '.');
  await meanwhile(world, 'Women', () => owner.press({ data: /:ok$/ }));
  expect(owner.last().text).toContain('There is already a segment with this name.');
  await owner.press('Continue');
  await owner.press('Continue');
  await owner.send('Ladies');
  await owner.press({ data: /:ok$/ });
  expect(owner.last().text).toContain('Ladies\nSex · Female');
  expect(await stored(world)).toEqual(['Women', 'Ladies']);
});

test('conditions and name are changed; left as it was, or renamed to a name that is taken, it stays what it is', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const id = await saved(world, 'Women', { sex: ['female'] });
  await saved(world, 'Men', { sex: ['male'] });
  await pressAny(world, owner, `segment:${id}`);
  await owner.press('Change');
  await owner.press('Edit');
  await owner.press('Name');
  await owner.send('Men');
  expect(owner.last().text).toContain('already a segment');
  await owner.send('women');
  await owner.press('Edit');
  await owner.press('Audience');
  await choose(owner, 'sex', 'countries', '.', 'KZ', '.');
  await owner.press('Save');
  expect(owner.last().text).toContain('women\nCountry · Kazakhstan\n');
  expect((await world.db.select().from(segment).where(eq(segment.id, id)))[0]).toMatchObject({
    name: 'women',
    audience: { countries: ['KZ'] },
  });
  await owner.press('Change');
  await owner.press('Cancel');
  expect(owner.last().text).toContain('women\nCountry · Kazakhstan\n');
  expect(await world.db.select().from(draft)).toEqual([]);
});

test('a rename to a name that is saved in the same moment is refused, not an error', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const id = await saved(world, 'Women', { sex: ['female'] });
  await pressAny(world, owner, `segment_change:${id}`);
  await owner.press('Edit');
  await owner.press('Name');
  await owner.send('Ladies');
  await meanwhile(world, 'Ladies', () => owner.press({ data: /:ok$/ }));
  expect(owner.last().text).toContain('already a segment');
  expect(await stored(world)).toEqual(['Women', 'Ladies']);
  // Control: without the lock and the look, the row's own key answers with an error.
  await expect(world.db.update(segment).set({ name: 'Ladies' }).where(eq(segment.id, id))).rejects.toThrow(
    'Failed query',
  );
});

test('deleting asks first; an open page, and a dialog in which it is being changed, say that it is gone', async () => {
  const world = await createWorld();
  const [owner, ainura] = [await world.owner(), await world.arrive('en')];
  await makeOrganizer(world, ainura);
  const id = await saved(world, 'Women', { sex: ['female'] });
  await pressAny(world, ainura, `segment_change:${id}`);
  await ainura.press('Edit');
  await ainura.press('Name');

  await pressAny(world, owner, `segment:${id}`);
  await owner.press('Delete');
  expect(owner.last().text).toContain('Delete this segment?');
  await owner.press('Back');
  expect(owner.last().text).toContain('People now');
  await owner.press('Delete');
  await owner.press('Delete');
  expect(owner.last().text).toContain('The segment is deleted.');
  expect(owner.last().text).toContain('There are no segments yet.');

  await ainura.send('Ladies');
  expect(ainura.last().text).toBe('This segment is no longer available.');
  expect(ainura.last().buttons).toEqual([['All segments'], ['For organizers']]);
  for (const press of ['segment', 'segment_change', 'segment_list', 'segment_delete', 'segment_delete_now']) {
    await pressAny(world, ainura, `${press}:${id}`);
    expect(ainura.last().text, press).toBe('This segment is no longer available.');
  }
  expect(await stored(world)).toEqual([]);
});

test('a segment of all alumni from before there were kinds and years still means them, and can be changed', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await populate(world, { Aida: {}, Bek: {} });
  await world.db.execute(
    sql`insert into alumni_profile (person_id, since) select id, now() from person where full_name = 'Aida'`,
  );
  const id = await saved(world, 'Alumni', { alumni: true as never });
  await pressAny(world, owner, `segment:${id}`);
  expect(owner.last().text).toContain('Alumni · Any event\n\nPeople now: 1');
  await owner.press('Change');
  expect(owner.last().text).toContain('Alumni: year · Any year');
  await owner.press('Save');
  expect(owner.last().text).toContain('People now: 1');
  expect((await world.db.select().from(segment))[0]!.audience).toEqual({ alumni: {} });
});

test('every way in refuses participants; who is no organizer any more can’t save what they began', async () => {
  const world = await createWorld();
  const [participant, ainura] = [await world.arrive('en'), await world.arrive('en')];
  await makeOrganizer(world, ainura);
  const id = await saved(world, 'Women', { sex: ['female'] });
  const { routes = [] } = segments({} as Deps);
  expect(routes.length).toBeGreaterThan(9);
  expect(new Set(routes.map(({ needs }) => needs))).toEqual(new Set(['organizer of all']));
  const [commands, presses] = [routes.filter(({ on }) => on === 'command'), routes.filter(({ on }) => on === 'press')];
  for (const { name } of presses)
    expect((await pressAny(world, participant, `${name}:${id}`)).text, name).toContain('You do not have access.');
  for (const { name } of commands) {
    await participant.send(`/${name}`);
    expect(participant.last().text, name).toContain('You do not have access.');
  }
  await name(ainura, 'Men');
  await choose(ainura, 'sex', '.', 'male', '.');
  await world.db.delete(role);
  await ainura.press({ data: /:ok$/ });
  expect(await stored(world)).toEqual(['Women']);
});

test('without events there is no condition about them', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  await name(owner, 'Anybody');
  const conditions = ['Country', 'Organization', 'Language', 'Sex', 'Alumni', 'Reachable or not'];
  expect(owner.last().buttons.flat()).toEqual([...conditions, 'Done', 'Back', 'Cancel']);
  await owner.press('Done');
  expect(owner.alerts.at(-1)?.text).toContain('Please choose with the buttons');
});
