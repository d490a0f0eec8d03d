import { join } from 'node:path';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { alumniProfile, directorySearch, draft, message, role, registration } from '../../src/db/schema.ts';
import { createDirectory, listEntries } from '../../src/features/alumni/search.ts';
import { becomeAlumni, leaveAlumni } from '../../src/features/alumni/store.ts';
import { loadProgramme } from '../../src/programme.ts';
import { people } from '../names/people.ts';
import { alumna, listed, listedRow, offered, search } from '../support/alumni.ts';
import { createEvent } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { register } from '../support/register.ts';
import { createWorld, ROOT } from '../support/world.ts';

const ANNA = 'Աննա Խաչատրյան';
const KHACHATRYAN = { latinName: 'KHACHATRYAN ANNA', country: 'AM' };
const TAMAR = 'თამარ ღვინიაშვილი';
const HIDDEN = { visible: false, searchKeys: [] };

test('whoever attended is told once of the directory, and is hidden until they opt in', async () => {
  const world = await createWorld();
  const nino = await alumna(world, 'ka', TAMAR);
  await becomeAlumni(world.db, (await world.row(nino)).id, world.clock.now());
  await world.tick();
  const welcomes = await world.db.select().from(message).where(eq(message.kind, 'alumni_welcome'));
  expect(welcomes).toMatchObject([{ state: 'sent', bulk: true }]);
  expect(nino.texts().filter((text) => text.includes('🎓'))).toHaveLength(1);
  expect(await world.db.select().from(alumniProfile)).toMatchObject([HIDDEN]);

  const anna = await listed(world, 'en', ANNA, KHACHATRYAN);
  await search(anna, 'Gvinyashvili');
  expect(anna.last().text).toContain('Nobody was found');
  await pressAny(world, anna, `alumna:${(await world.row(nino)).id}`);
  expect(anna.last().text).not.toContain('ღვინიაშვილი');
});

test('an attendance taken back takes the person out, unless there is another one or an entry of theirs', async () => {
  const world = await createWorld();
  const someone = await alumna(world, 'ru', 'Сейдахметова Айгерім');
  const { id } = await world.row(someone);
  const attend = async (attended: boolean) => {
    const event = await createEvent(world);
    const now = world.clock.now();
    const values = {
      eventId: event.id,
      personId: id,
      status: 'registered',
      attended,
      createdAt: now,
      changedAt: now,
    } as const;
    await world.db.insert(registration).values(values);
  };
  await attend(true);
  await attend(false);
  await leaveAlumni(world.db, id);
  expect(await world.db.select().from(alumniProfile)).toHaveLength(1);
  await world.db.update(registration).set({ attended: false });
  await leaveAlumni(world.db, id);
  expect(await world.db.select().from(alumniProfile)).toHaveLength(0);
  await someone.send('/directory');
  expect(offered(someone)).not.toContain('find_alumni');

  // A slip of the organizer's finger must not delete what somebody wrote.
  const wrote = await listed(world, 'ka', 'თამარ ღვინიაშვილი');
  await leaveAlumni(world.db, (await world.row(wrote)).id);
  expect(await world.db.select().from(alumniProfile)).toMatchObject([{ visible: true }]);
});

test('a mark that is corrected before the welcome was sent does not lose the welcome', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  const { id } = await world.row(someone);
  const now = world.clock.now();
  await becomeAlumni(world.db, id, now);
  await leaveAlumni(world.db, id);
  await becomeAlumni(world.db, id, now);
  await world.tick();
  expect(someone.texts().filter((text) => text.includes('🎓'))).toHaveLength(1);
});

test('opting in shows exactly what was chosen, and the summary is what others see', async () => {
  const world = await createWorld();
  const work = { agency: 'Ministry of <b>Digital</b> Development', position: 'Head of department' };
  const aigerim = await alumna(world, 'kk', 'Сейдахметова Айгерім', work);
  await aigerim.press({ data: 'list_me' });
  await aigerim.press({ data: /:o:yes$/ });
  await aigerim.press({ data: /:o:no$/ });
  await aigerim.press({ data: /:o:cybersecurity$/ });
  await aigerim.press({ data: /:o:\.$/ });
  await aigerim.send('Ask me about <i>CERT</i> & "phishing"');
  const preview = aigerim.last();
  expect((await world.db.select().from(alumniProfile))[0]).toMatchObject(HIDDEN);
  await aigerim.press({ data: /:ok$/ });

  const anna = await listed(world, 'en', ANNA, KHACHATRYAN);
  const { id } = await world.row(aigerim);
  await pressAny(world, anna, `alumna:${id}`);
  const page = anna.last().text;
  expect(page).toBe(
    [
      'Сейдахметова Айгерім (SEIDAKHMETOVA AIGERIM)',
      'Country · Kazakhstan',
      'Organization · Ministry of <b>Digital</b> Development',
      'Expertise · Cybersecurity',
      '',
      'Ask me about <i>CERT</i> & "phishing"',
    ].join('\n'),
  );
  expect(page).not.toContain('Head of department');
  for (const value of [work.agency, 'Ask me about <i>CERT</i> & "phishing"', 'SEIDAKHMETOVA AIGERIM'])
    expect(preview.text).toContain(value);
  expect(preview.text).not.toContain('Head of department');
});

test('at most five tags, and at most 500 characters about oneself', async () => {
  const world = await createWorld();
  const someone = await alumna(world, 'en', 'Сейдахметова Айгерім');
  await someone.press({ data: 'list_me' });
  await someone.press({ data: /:o:yes$/ });
  await someone.press({ data: /:o:yes$/ });
  const tags = [
    'digital_government',
    'public_service_design',
    'cybersecurity',
    'artificial_intelligence',
    'digital_identity',
  ];
  for (const tag of tags) await someone.press({ data: new RegExp(`:o:${tag}$`) });
  await someone.press({ data: /:o:(?!digital_|public_service|cyber|artificial|\.)\w+$/ });
  await someone.press({ data: /:o:\.$/ });
  await someone.send('x'.repeat(501));
  expect(someone.last().text).toContain('at most 500');
  await someone.press({ data: /:s$/ });
  await someone.press({ data: /:ok$/ });
  const [profile] = await world.db.select().from(alumniProfile);
  expect(profile).toMatchObject({ visible: true, about: null, expertise: tags });
});

test('what is not shown is not searchable; what is shown is, and follows the profile', async () => {
  const world = await createWorld();
  const junseo = await listed(world, 'ko', '박준서', {
    agency: 'Statistics Office',
    position: 'Analyst',
    email: 'junseo@secret.example',
    username: 'quiet_fox',
  });
  const { id } = await world.row(junseo);
  const looker = await listed(world, 'en', ANNA, KHACHATRYAN);
  const finds = async (words: string) => {
    await search(looker, words);
    return looker.last().text.includes('박준서');
  };
  expect(await finds('Park Junseo')).toBe(true);
  for (const hidden of ['Statistics', 'Analyst', 'secret', 'junseo@secret.example', String(junseo.id), 'quiet_fox'])
    expect(await finds(hidden), hidden).toBe(false);

  await junseo.press({ data: 'list_me' });
  await junseo.press({ data: /:e$/ });
  await junseo.press({ data: /:q:0$/ });
  await junseo.press({ data: /:o:yes$/ });
  await junseo.press({ data: /:ok$/ });
  expect(await finds('statistics')).toBe(true);
  expect(await finds('Analyst')).toBe(false);

  await junseo.send('/profile');
  await junseo.press({ data: 'edit_profile' });
  await junseo.press({ data: /:e$/ });
  await junseo.press({ data: /:q:3$/ });
  await junseo.send('통계청 Daejeon');
  await junseo.press({ data: /:ok$/ });
  expect(await finds('statistics')).toBe(false);
  expect(await finds('daejeon')).toBe(true);

  await junseo.send('/directory');
  await junseo.press({ data: 'hide_me' });
  expect(await finds('Park Junseo')).toBe(false);
  const [profile] = await world.db.select().from(alumniProfile).where(eq(alumniProfile.personId, id));
  expect(profile).toMatchObject({ ...HIDDEN, showAgency: true });
  await pressAny(world, looker, `alumna:${id}`);
  expect(looker.last().text).toContain('does not exist');
});

test('names are found in any script, countries and tags in any language, all words together', async () => {
  const world = await createWorld();
  await listedRow(world, ANNA, KHACHATRYAN);
  await listedRow(world, TAMAR, { expertise: ['cybersecurity'] });
  await listedRow(world, 'Сейдахметова Айгерім', { expertise: ['cybersecurity', 'digital_identity'] });
  const looker = await alumna(world, 'en', '박준서');
  const found = async (words: string) => {
    await search(looker, words);
    return ['Խաչատրյան', 'ღვინიაშვილი', 'Сейдахметова'].filter((name) => looker.last().text.includes(name));
  };
  for (const words of [
    'Хачатрян',
    'Khachatryan',
    'Խաչատրյան',
    'хачатр',
    'Анна Хачатурян',
    'Армения',
    'Armenia',
    'Հայաստան',
  ])
    expect(await found(words), words).toEqual(['Խաչատրյան']);
  for (const words of ['Кибербезопасность', '사이버보안', 'cybersecurity'])
    expect(await found(words), words).toEqual(['ღვინიაშვილი', 'Сейдахметова']);
  expect(await found('cybersecurity Грузия')).toEqual(['ღვინიაშვილი']);
  expect(await found('cybersecurity Armenia')).toEqual([]);
  expect(offered(looker)).toContain('find_alumni');
  for (const nothing of ['!!!', '%', "' or 1=1 --", "':*|'", '\\']) expect(await found(nothing), nothing).toEqual([]);
});

test('a name does not find the people of a tag or country that begins like it in some language', async () => {
  const world = await createWorld();
  const { db } = world;
  const everything = loadProgramme(join(ROOT, 'programme.json'));
  // Digital identity: "kimlik" in Azerbaijani. Personal data: "шахсӣ" in Tajik. Administration: 행정 in Korean.
  const tagged = { expertise: everything.expertise.map(({ key }) => key), country: 'KZ' };
  await listedRow(world, TAMAR, tagged);
  const kim = await listedRow(world, 'Анна Ким', { country: 'KZ', latinName: 'KIM ANNA' });
  const looker = await alumna(world, 'ru', ANNA);
  await search(looker, 'Ким');
  expect(offered(looker).filter((data) => data.startsWith('alumna:'))).toEqual([
    expect.stringContaining(`:${kim.id}:`),
  ]);

  const criteria = createDirectory(everything);
  const total = async (words: string) => (await listEntries(db, criteria.words(words), 0)).total;
  for (const { native, latin, ru } of people)
    for (const word of [native, latin, ru].flatMap((name) => name.split(' ')))
      expect(criteria.words(word)?.match, word).not.toMatch(/'[ce]:/);
  for (const word of ['정', '이', 'Park', 'Ли']) expect(await total(word), word).toBe(0);
  // A beginning is enough from five letters on, and endings do no harm.
  for (const word of ['kimlik', 'кибер', 'Казахстана', 'Kazakh', '행정', '보안', 'identity'])
    expect(await total(word), word).toBeGreaterThan(0);
});

test('an entry without tags has no hole in it', async () => {
  const world = await createWorld();
  const anna = await listed(world, 'en', ANNA, { ...KHACHATRYAN, about: 'Ask me' });
  await anna.send('/directory');
  expect(anna.last().text).toContain('Country · Armenia\n\nAsk me');
  await pressAny(world, anna, `alumna:${(await world.row(anna)).id}`);
  expect(anna.last().text).toContain('Country · Armenia\n\nAsk me\n\nThis is you.');
});

test('lists have pages of five, also by country and tag, and lead to a person and back', async () => {
  const world = await createWorld();
  const names = ['A', 'B', 'C', 'D', 'E', 'F', 'G'].map((letter) => `${letter}liyeva Aysel`);
  for (const name of names) await listedRow(world, name, { expertise: ['cybersecurity'], country: 'AZ' });
  const looker = await alumna(world, 'ru', 'Сейдахметова Айгерім');
  const seen = () => names.filter((name) => looker.last().text.includes(name));

  for (const open of [
    () => search(looker, 'Aysel'),
    () => browse('directory_countries', 'alumni_from:AZ:0'),
    () => browse('directory_expertise', 'alumni_for:cybersecurity:0'),
  ]) {
    await open();
    expect(seen()).toEqual(names.slice(0, 5));
    await looker.press({ data: /:1$/ });
    expect(seen()).toEqual(names.slice(5));
    await looker.press({ data: /^alumna:\d+:.+:1$/ });
    expect(seen()).toHaveLength(1);
    await looker.press({ data: /^(found|alumni_from|alumni_for):.+:1$/ });
    expect(seen()).toEqual(names.slice(5));
    await looker.press({ data: /^(found|alumni_from|alumni_for):.+:0$/ });
    expect(seen()).toEqual(names.slice(0, 5));
  }

  async function browse(all: string, one: string) {
    await looker.send('/directory');
    await looker.press({ data: all });
    await looker.press({ data: one });
  }
});

test('a list belongs to whoever searched, and is forgotten after a day', async () => {
  const world = await createWorld();
  const anna = await listed(world, 'en', ANNA, KHACHATRYAN);
  await search(anna, 'Anna');
  const [{ id } = { id: 0 }] = await world.db.select().from(directorySearch);
  const other = await alumna(world, 'en', TAMAR);
  await pressAny(world, other, `found:${id}:0`);
  expect(other.last().text).not.toContain('Anna');
  expect(other.last().text).toContain('no longer available');
  world.clock.advance({ hours: 25 });
  await world.tick();
  expect(await world.db.select().from(directorySearch)).toHaveLength(0);
});

const PRESSES =
  'directory directory_countries directory_expertise find_alumni list_me hide_me found:1:0 alumni_from:AM:0 ' +
  'alumni_for:cybersecurity:0 alumna:1 contact:1 accept_contact:1 decline_contact:1';

test('somebody who has not attended sees nobody, whatever they press', async () => {
  const world = await createWorld();
  await listed(world, 'en', ANNA, { ...KHACHATRYAN, expertise: ['cybersecurity'], agency: 'Hidden ministry' });
  const stranger = await world.arrive('ru');
  await register(stranger, await createEvent(world));
  for (const data of PRESSES.split(' ')) {
    await pressAny(world, stranger, data);
    expect(stranger.texts().join(), data).not.toMatch(/Խաչատրյան|KHACHATRYAN|Hidden ministry/);
  }
  expect(await world.db.select().from(draft)).toEqual([]);
});

test('made-up ids and pages are met with a sentence', async () => {
  const world = await createWorld();
  const looker = await listed(world, 'en', ANNA, KHACHATRYAN);
  for (const data of [
    'alumna:x',
    'alumna:',
    'alumna:-1',
    'alumna:999999999999999999',
    'contact:0',
    'accept_contact:9',
    'found:x:y',
  ]) {
    await pressAny(world, looker, data);
    expect(looker.last().text, data).toMatch(/does not exist|no longer available/);
  }
  for (const data of ["alumni_from:'|:0", 'alumni_for:x y:z', 'alumni_from:AM:99999']) {
    await pressAny(world, looker, data);
    expect(looker.last().text, data).toMatch(/Nobody|Found/);
  }
});

test('an organizer looks without being listed', async () => {
  const world = await createWorld();
  const anna = await listed(world, 'hy', ANNA, KHACHATRYAN);
  const staff = await world.arrive('en');
  await world.db
    .insert(role)
    .values({ kind: 'organizer', personId: (await world.row(staff)).id, since: world.clock.now() });
  await staff.send('/directory');
  expect(offered(staff)).not.toContain('list_me');
  await search(staff, 'Khachatryan');
  await staff.press({ data: new RegExp(`^alumna:${(await world.row(anna)).id}:`) });
  expect(staff.last().text).toContain('KHACHATRYAN ANNA');
});

test('without a name and a country there is nothing to show', async () => {
  const world = await createWorld();
  const someone = await world.arrive('en');
  await becomeAlumni(world.db, (await world.row(someone)).id, world.clock.now());
  await world.tick();
  await pressAny(world, someone, 'list_me');
  expect(offered(someone)).toContain('profile');
});

test('the longest entries fit into a page', async () => {
  const world = await createWorld();
  const long = {
    agency: 'A'.repeat(200),
    position: 'P'.repeat(150),
    about: '<'.repeat(500),
    showAgency: true,
    showPosition: true,
  };
  const tags = [
    'digital_government',
    'public_service_design',
    'cybersecurity',
    'artificial_intelligence',
    'digital_identity',
  ];
  for (const letter of ['K', 'L', 'M', 'N', 'O'])
    await listedRow(world, `${letter}${'ა'.repeat(148)}`, {
      ...long,
      expertise: tags,
      country: 'GE',
      latinName: letter.repeat(39),
    });
  const looker = await alumna(world, 'ka', TAMAR);
  await looker.send('/directory');
  await looker.press({ data: 'directory_countries' });
  await looker.press({ data: 'alumni_from:GE:0' });
  expect(offered(looker).filter((data) => data.startsWith('alumna:'))).toHaveLength(5);
  await looker.press({ data: /^alumna:/ });
  expect(looker.last().text).toContain(long.about);
});

test('everybody of the fixtures is found by their own spelling, the passport’s and the Russian one', async () => {
  const world = await createWorld();
  const { db } = world;
  for (const { native } of people) await listedRow(world, native);
  const criteria = createDirectory(loadProgramme(join(ROOT, 'programme.json')));
  for (const { native, latin, ru } of people)
    for (const spelling of [native, latin, ru]) {
      const { entries } = await listEntries(db, criteria.words(spelling), 0);
      expect(
        entries.map(({ name }) => name),
        spelling,
      ).toContain(native);
    }
});
