import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { criterion, event, quota, registration, review, role } from '../../src/db/schema.ts';
import { createEvent, seat } from '../support/events.ts';
import { askForm, formOf, longText } from '../support/forms.ts';
import { pressAny } from '../support/press.ts';
import { changesOf, givesUp, registrationOf, told } from '../support/seats.ts';
import { applies, createSelection, listedIn, reviewer, scores } from '../support/selection.ts';
import { createWorld } from '../support/world.ts';

test('an event becomes a selection: who has a seat keeps it, who waits becomes an applicant, two questions are added', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { kind: 'study_visit', seats: 1 });
  await askForm(world, one.id, formOf(longText('diet', { en: 'What do you not eat?' })));
  const [seated, waiting] = [await world.arrive('en'), await world.arrive('en')];
  await seat(world, one, seated);
  await seat(world, one, waiting, { status: 'waiting' });
  await pressAny(world, owner, `manage:${one.id}`);
  await owner.press('Admission and seats');
  await owner.press('Selection');
  expect(owner.last().text).toContain('People who have a seat already, and keep it: 1');
  expect(owner.last().text).toContain('on the waiting list, who become applicants and are told: 1');
  await owner.press('Turn selection on');
  expect(owner.last().text).toContain('Selection is on.');
  expect(owner.last().text).toContain('Criteria: 4');
  expect((await registrationOf(world, seated)).status).toBe('registered');
  expect((await registrationOf(world, waiting)).status).toBe('pending');
  expect(waiting.last().text).toContain('Your application is under review');

  const nino = await world.arrive('en');
  await nino.open(`event_${one.code}`);
  expect(nino.last().buttons.flat()).toContain('Apply');
  await pressAny(world, owner, `questions:${one.id}`);
  const { text } = owner.last();
  expect(text).toMatch(/1\. What do you not eat\?[^]*2\. Why do you want to take part\?[^]*3\. Which project/);

  // A second press changes nothing, and the way back is there.
  await pressAny(world, owner, `selection_on:${one.id}`);
  expect(await world.db.$count(criterion, eq(criterion.eventId, one.id))).toBe(4);
  await owner.press('Turn selection off');
  await owner.press('Turn selection off');
  expect(owner.last().text).toContain('Selection is off.');
  const [now] = await world.db.select().from(event).where(eq(event.id, one.id));
  expect(now).toMatchObject({ selective: false, moderated: true, offerHours: 72 });
});

test('an organizer makes criteria of their own; once there are scores, wording and weight are all that changes', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner);
  await pressAny(world, owner, `criteria:${one.id}`);
  await owner.press('4');
  await owner.press('Delete the criterion');
  await owner.press('Add a criterion');
  await owner.send('English');
  await owner.send('Английский язык');
  await owner.press('10');
  await owner.press('3');
  await owner.press('Save');
  expect(owner.last().text).toContain('4. English · 0–10, weight: 3');

  await applies(world, one, 'Nino');
  const expert = await reviewer(world, one, 'ru');
  await expert.send('/review');
  await expert.press({ data: /^to_score/ });
  await scores(expert, [5, 5, 5, 10]);
  expect(expert.last().text).toContain('Вы оценили все заявки');
  await pressAny(world, owner, `criteria:${one.id}`);
  expect(owner.last().buttons.flat()).not.toContain('Add a criterion');
  await owner.press('4');
  expect(owner.last().text).toContain('only their wording and weight');
  const [last] = await world.db.select().from(criterion).where(eq(criterion.most, 10));
  await pressAny(world, owner, `drop_criterion:${last!.id}`);
  expect(owner.last().text).toContain('Scores have been given by these criteria');
  await pressAny(world, owner, `edit_criterion:${last!.id}`);
  expect(owner.last().text).toContain('English');
  expect(owner.last().text).not.toContain('Most points');
});

test('a reviewer is invited, sees applications without names, and scores them one after the other', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner);
  const form = formOf(
    longText('motivation', { en: 'Why?' }),
    { item: { type: 'text', as: 'email', name: 'mail', label: { en: 'Private address?' } } },
    longText('project_idea', { en: 'Which project?' }),
  );
  await askForm(world, one.id, form);
  const nino = await world.arrive('en');
  await seat(world, one, nino, { status: 'pending' });
  const [registered] = await world.db
    .update(registration)
    .set({
      answers: { motivation: 'I <b>want</b> it. '.repeat(200), mail: 'nino@example.org', project_idea: 'A portal' },
      country: 'GE',
    })
    .returning();
  await pressAny(world, owner, `reviewers:${one.id}`);
  await owner.press('Invite a reviewer');
  const link = /invite_[\w-]+/.exec(owner.last().text)![0];
  const expert = await world.arrive('en');
  await expert.open(link);
  expect(expert.last().text).toContain('Reviewer: Digital services workshop');
  await expert.press('Applications to score');
  expect(expert.last().text).toContain('Scored: 0 of 1');
  await expert.press('Next application');
  const shown = expert.last().text;
  expect(shown).toContain(`Application № ${registered!.id}`);
  expect(shown).toContain('Georgia');
  expect(shown).toContain('I <b>want</b> it.');
  expect(shown).not.toContain('nino@example.org');
  // Long answers are read to their end.
  expect(shown).not.toContain('A portal');
  await expert.press('Next');
  expect(expert.last().text).toContain('A portal');
  await scores(expert, [4, 3, 2, 1], 'Clear and short');
  expect(expert.last().text).toContain('You have scored all applications');
  await expert.press(`№ ${registered!.id}`);
  await expert.press('Next');
  expect(expert.last().text).toContain('Your score: 50 / 100');
  await expert.press('I know this person too well');
  expect(await world.db.select().from(review)).toMatchObject([{ conflict: true, points: {}, comment: null }]);

  await owner.send('/start');
  await pressAny(world, owner, `reviewers:${one.id}`);
  await owner.press({ data: /^remove_reviewer/ });
  await owner.press('Remove');
  expect(await world.db.$count(role)).toBe(0);
  expect(expert.last().text).toContain('You do not have this role any more.');
  await pressAny(world, expert, `to_score:${registered!.id}`);
  expect(expert.last().text).toContain('You do not have this role any more.');
});

test('scoring ends at its time, nobody scores themselves, and a half-way form says that it is too late', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner);
  const expert = await reviewer(world, one);
  const other = await applies(world, one, 'Botir');
  await seat(world, one, expert, { status: 'pending' });
  await pressAny(world, owner, `scores_until:${one.id}`);
  await owner.send('2026-12-01 18:00');
  await expert.send('/review');
  expect(expert.last().text).toContain('Scored: 0 of 1');
  const own = await registrationOf(world, expert);
  await pressAny(world, expert, `score:${own.id}`);
  expect(expert.last().text).toContain('not to be scored now');
  await pressAny(world, expert, `to_score:${(await registrationOf(world, other)).id}`);
  await expert.press('Score');
  await expert.press('5');
  world.clock.set('2026-12-01T13:00:00Z');
  await expert.press('5');
  expect(expert.last().text).toContain('The time for scoring is over.');
  await pressAny(world, expert, `knows_them:${(await registrationOf(world, other)).id}`);
  expect(await world.db.$count(review)).toBe(0);
  expect(expert.last().text).not.toContain('Motivation of somebody');
});

test('reviewers who have not finished are reminded 7 days and 1 day before, once, and again when the time is moved', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner);
  const [busy, done] = [await reviewer(world, one), await reviewer(world, one)];
  await applies(world, one, 'Botir');
  await done.send('/review');
  await done.press({ data: /^to_score/ });
  await scores(done, [1, 2, 3, 4]);
  await pressAny(world, owner, `scores_until:${one.id}`);
  await owner.send('2026-12-10 18:00');
  world.clock.set('2026-12-03T13:00:00Z');
  await world.tick();
  await world.tick();
  expect(busy.last().text).toContain('Applications are waiting for your score');
  expect(busy.last().text).toContain('Scored: 0 of 1');
  world.clock.set('2026-12-09T13:30:00Z');
  await world.tick();
  expect(await told(world, busy)).toEqual(['review_reminder sent', 'review_reminder sent']);
  await pressAny(world, owner, `scores_until:${one.id}`);
  await owner.send('2026-12-20 18:00');
  world.clock.set('2026-12-13T13:30:00Z');
  await world.tick();
  expect(await told(world, busy)).toHaveLength(3);
  expect(await told(world, done)).toEqual([]);
  expect(busy.last().buttons.flat()).toContain('Applications to score');
});

test(
  'the ranking weighs, counts each reviewer alike, shows ties, conflicts and who is missing',
  { timeout: 60_000 },
  async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const one = await createSelection(world, owner);
    const [first] = await world.db.select().from(criterion).orderBy(criterion.position);
    await world.db.update(criterion).set({ weight: 3 }).where(eq(criterion.id, first!.id));
    const [nino, botir, aida] = [
      await applies(world, one, 'Nino', { country: 'GE' }),
      await applies(world, one, 'Botir', { country: 'UZ' }),
      await applies(world, one, 'Aida', { country: 'KZ' }),
    ];
    const ids: number[] = [];
    for (const someone of [nino, botir, aida]) ids.push((await registrationOf(world, someone)).id);
    const experts = [await reviewer(world, one), await reviewer(world, one), await reviewer(world, one)];
    const give = async (who: number, whom: number, points: number[]) => {
      await pressAny(world, experts[who]!, `to_score:${ids[whom]}`);
      await scores(experts[who]!, points);
    };
    await give(0, 0, [5, 0, 0, 0]);
    await give(1, 0, [0, 5, 5, 5]);
    await give(0, 1, [5, 0, 0, 0]);
    await give(1, 1, [0, 5, 5, 5]);
    await give(2, 2, [5, 5, 5, 5]);
    await pressAny(world, experts[1]!, `knows_them:${ids[2]}`);
    await pressAny(world, owner, `ranking:${one.id}`);
    const { text } = owner.last();
    expect(text).toContain('1. Aida · Kazakhstan\n    100 of 100 · scores: 1 · ⚠️');
    expect(text).toContain('2. Nino · Georgia\n    50 of 100 · scores: 2 · range: 0');
    expect(text).toContain('2. Botir · Uzbekistan\n    50 of 100');
    expect(text).toContain('With fewer than two scores: 1');
    await owner.press('Uzbekistan · 1');
    expect(owner.last().text).not.toContain('Aida');
    await pressAny(world, owner, `candidate:${ids[2]}`);
    expect(owner.last().text).toContain('Knows the person too well');
    expect(owner.last().text).toContain('Have not scored yet');

    // An organizer who is a reviewer too is not led by others.
    const both = experts[2]!;
    const { id: personId } = await world.row(both);
    await world.db.insert(role).values({ kind: 'organizer', personId, eventId: one.id, since: world.clock.now() });
    for (const press of ['ranking', 'shortlist', 'propose']) {
      await pressAny(world, both, `${press}:${one.id}`);
      expect(both.last().text).toContain('You are a reviewer of this selection yourself');
    }
    await pressAny(world, both, `candidate:${ids[0]}`);
    expect(both.last().text).toContain('You are a reviewer of this selection yourself');
  },
);

test(
  'seats are offered to the shortlist in its order, within the quotas; who declines makes room for the next',
  { timeout: 60_000 },
  async () => {
    const world = await createWorld();
    const owner = await world.owner();
    const one = await createSelection(world, owner, { seats: 2 });
    await world.db.insert(quota).values({ eventId: one.id, country: 'KZ', seats: 1 });
    const expert = await reviewer(world, one);
    const [nino, botir, giorgi, aida] = [
      await applies(world, one, 'Nino', { country: 'GE' }),
      await applies(world, one, 'Botir', { country: 'UZ', language: 'ru' }),
      await applies(world, one, 'Giorgi', { country: 'GE' }),
      await applies(world, one, 'Aida', { country: 'KZ' }),
    ];
    let best = 5;
    for (const someone of [nino, botir, giorgi, aida]) {
      await pressAny(world, expert, `to_score:${(await registrationOf(world, someone)).id}`);
      await scores(expert, [best, best, best, best--]);
    }
    const idOf = async (someone: typeof nino) => (await registrationOf(world, someone)).id;
    await pressAny(world, owner, `propose:${one.id}`);
    // One seat is Kazakhstan's: the best of the others, and Aida, who is the last of all.
    expect(owner.last().text).toMatch(/1\. Nino · Georgia · 100 ⚠️\n2\. Aida · Kazakhstan · 40 ⚠️/);
    await owner.press('Use this shortlist');
    expect(await listedIn(world, one.id)).toEqual([await idOf(nino), await idOf(aida)]);
    await pressAny(world, owner, `list_on:${await idOf(giorgi)}`);
    await pressAny(world, owner, `list_on:${await idOf(botir)}`);
    await owner.press('Move up');
    expect(await listedIn(world, one.id)).toEqual([
      await idOf(nino),
      await idOf(aida),
      await idOf(botir),
      await idOf(giorgi),
    ]);
    await pressAny(world, owner, `selection:${one.id}`);
    await owner.press('Offer seats to the shortlist');
    expect(owner.last().text).toContain('Are offered a seat now: 2\n• Nino · Georgia\n• Aida · Kazakhstan');
    expect(owner.last().text).toContain('Come next, in this order: 2\n• Botir · Uzbekistan\n• Giorgi · Georgia');
    expect(owner.last().text).toContain('With fewer than two scores: 4');
    await owner.press('Offer seats to the shortlist');
    expect(owner.last().text).toContain('Seats offered: 2. In line: 2.');
    expect(nino.last().text).toContain('Would you like to take it?');
    expect(botir.last().text).toContain('Вы в коротком списке');
    expect(await changesOf(world, botir)).toEqual([
      [null, 'pending', 'person'],
      ['pending', 'waiting', 'organizer'],
    ]);
    expect(await told(world, botir)).toEqual(['confirmation sent', 'decision sent']);
    expect(await told(world, nino)).toEqual(['confirmation sent', 'offer sent', 'offer_ends queued']);
    // Once more finds nobody.
    await pressAny(world, owner, `offer_seats_now:${one.id}`);
    expect(owner.last().text).toContain('Seats offered: 0. In line: 0.');

    await aida.press('Take the seat');
    await givesUp(nino, one);
    expect((await registrationOf(world, botir)).status).toBe('offered');
    world.clock.advance({ hours: 75 });
    await world.tick();
    expect((await registrationOf(world, botir)).status).toBe('missed');
    expect(giorgi.last().text).toContain('Would you like to take it?');
    expect((await registrationOf(world, giorgi)).status).toBe('offered');
    await pressAny(world, giorgi, `history:${await idOf(giorgi)}`);
    expect(giorgi.last().text).toContain('You are on the shortlist');
  },
);

test('who was offered a seat is not taken off the list by a late press; the others are declined at once', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner, { seats: 1 });
  const [nino, botir] = [await applies(world, one, 'Nino'), await applies(world, one, 'Botir')];
  const { id } = await registrationOf(world, nino);
  await pressAny(world, owner, `list_on:${id}`);
  await pressAny(world, owner, `list_off:${id}`);
  expect(await listedIn(world, one.id)).toEqual([]);
  await pressAny(world, owner, `list_on:${id}`);
  await pressAny(world, owner, `offer_seats_now:${one.id}`);
  await pressAny(world, owner, `list_off:${id}`);
  expect(owner.last().text).toContain('This can’t be changed any more.');
  expect(await listedIn(world, one.id)).toEqual([id]);
  await pressAny(world, owner, `selection:${one.id}`);
  await owner.press('Decline the others');
  await owner.press('Decline all on this page');
  await owner.send('There were many good applications');
  await owner.press('Decline');
  expect(botir.last().text).toContain('There were many good applications');
  expect((await registrationOf(world, nino)).status).toBe('offered');
});

test('a selection stays moderated, and its candidates are always asked: the form of admission asks only for how long', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { kind: 'study_visit', seats: 1 });
  // Opened before it became a selection: the answers of then do not undo it.
  await pressAny(world, owner, `admission:${one.id}`);
  await owner.press('No');
  await pressAny(world, owner, `selection_on:${one.id}`);
  await pressAny(world, owner, `admission:${one.id}`);
  expect(owner.last().text).toContain('how many hours');
  expect(owner.last().buttons.flat()).not.toContain('At once');
  await owner.send('48');
  const [now] = await world.db.select().from(event).where(eq(event.id, one.id));
  expect(now).toMatchObject({ selective: true, moderated: true, offerHours: 48, waitingOrder: 'fifo' });
});

test('who gives up an offer and applies once more is not on the shortlist any more', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner, { seats: 1 });
  const nino = await applies(world, one, 'Nino');
  await pressAny(world, owner, `list_on:${(await registrationOf(world, nino)).id}`);
  await pressAny(world, owner, `offer_seats_now:${one.id}`);
  await givesUp(nino, one);
  await nino.press('Apply');
  await nino.press({ data: /:ok$/ });
  expect((await registrationOf(world, nino)).status).toBe('pending');
  expect(await listedIn(world, one.id)).toEqual([]);
});

test('somebody reads what reviewers said of them among their data, and not who it was; erasing leaves nothing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner);
  const [nino, expert] = [await applies(world, one, 'Nino'), await reviewer(world, one)];
  await expert.send('/review');
  await expert.press({ data: /^to_score/ });
  await scores(expert, [4, 4, 4, 4], 'A strong idea');
  await pressAny(world, owner, `list_on:${(await registrationOf(world, nino)).id}`);
  const dataOf = async (someone: typeof nino) => {
    await someone.send('/mydata');
    const sent = someone.chat.findLast(({ message }) => 'document' in message)!.message as {
      document: { file_id: string };
    };
    return (await world.download(sent.document.file_id)).toString();
  };
  const data = JSON.parse(await dataOf(nino));
  expect(data.reviews).toMatchObject([{ comment: 'A strong idea' }]);
  expect(data.shortlists).toMatchObject([{ position: 1 }]);
  expect(JSON.stringify(data.reviews)).not.toContain('reviewer');
  expect(JSON.parse(await dataOf(expert)).wrote.reviews).toMatchObject([{ comment: 'A strong idea' }]);
  // What somebody did as an organizer is theirs too: of whom is not.
  const { shortlisted, forms } = JSON.parse(await dataOf(owner)).wrote;
  expect(shortlisted).toEqual([{ event: one.code, position: 1, at: expect.any(String) }]);
  expect(forms).toMatchObject([{ number: 1 }]);
  await nino.send('/erase');
  await nino.press({ data: 'erase_now' });
  expect(await world.db.$count(review)).toBe(0);
  expect(await listedIn(world, one.id)).toEqual([]);
});

test('the shortlist is the line, never a lot, also for who is in line when the selection is turned off', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner, { seats: 1, waitingOrder: 'lottery', lotterySeed: 'seed' });
  const people = [];
  for (const name of ['Aigerim', 'Botir', 'Chyngyz', 'Dana', 'Elina']) people.push(await applies(world, one, name));
  const line = people.toReversed();
  for (const user of line) await pressAny(world, owner, `list_on:${(await registrationOf(world, user)).id}`);
  await pressAny(world, owner, `offer_seats_now:${one.id}`);
  const positions = async () => {
    const found = [];
    for (const user of line.slice(1)) {
      await user.open(`event_${one.code}`);
      expect(user.last().text).not.toContain('drawn by lot');
      found.push(/waiting list, number (\d)/.exec(user.last().text)?.[1]);
    }
    return found;
  };
  expect(await positions()).toEqual(['1', '2', '3', '4']);
  await pressAny(world, owner, `manage:${one.id}`);
  expect(owner.last().text).not.toContain('By lot');
  await pressAny(world, owner, `selection_off_now:${one.id}`);
  await world.db.update(event).set({ waitingOrder: 'fifo' }).where(eq(event.id, one.id));
  expect(await positions()).toEqual(['1', '2', '3', '4']);
});

test('an application with long answers and the reader’s own long comment: all of it can be read, page by page', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createSelection(world, owner);
  const form = formOf(longText('motivation', { en: 'Why?' }), longText('project_idea', { en: 'Which project?' }));
  await askForm(world, one.id, form);
  const nino = await world.arrive('en');
  await seat(world, one, nino, { status: 'pending' });
  const answers = { motivation: 'm'.repeat(1380), project_idea: 'p'.repeat(1380) };
  const [applied] = await world.db.update(registration).set({ answers }).returning();
  const expert = await reviewer(world, one);
  await world.db.insert(review).values({
    registrationId: applied!.id,
    reviewerId: (await world.row(expert)).id,
    points: {},
    comment: `${'c'.repeat(999)}.`,
    at: world.clock.now(),
  });
  await pressAny(world, expert, `to_score:${applied!.id}`);
  expect(expert.last().text).toContain('p'.repeat(1380));
  await expert.press('Next');
  expect(expert.last().text).toContain('c'.repeat(999));
});
