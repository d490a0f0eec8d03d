import { expect, test } from 'vitest';
import { readSheet } from 'read-excel-file/node';
import { answered, response } from '../../src/db/schema.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { createEvent, seat } from '../support/events.ts';
import { pressAny } from '../support/press.ts';
import { registrationOf, told } from '../support/seats.ts';
import { createWorld } from '../support/world.ts';

const writes = async (someone: TelegramUser, project: string) => {
  await someone.send(project);
  await someone.send('First a law, then a portal');
  await someone.press({ data: /:s$/ });
  await someone.send('2027-09-01');
  await someone.send('Half of the visits to the office are gone');
};

/** A study visit that ends on 27 November, 08:00 UTC; who was there, who was not, and who is not marked. */
async function stage() {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, {
    kind: 'study_visit',
    beginsAt: Temporal.Instant.from('2026-11-25T04:00:00Z'),
    endsAt: Temporal.Instant.from('2026-11-27T08:00:00Z'),
    followUpMonths: [],
  });
  const [nino, absent, unmarked] = [await world.arrive('en'), await world.arrive('en'), await world.arrive('ru')];
  await seat(world, one, nino, { attended: true });
  await seat(world, one, absent, { attended: false });
  await seat(world, one, unmarked);
  await pressAny(world, owner, `plans:${one.id}`);
  expect(owner.last().text).toContain('Participants are not asked for a plan.');
  await owner.press('Hand in until');
  await owner.send('2026-12-20 18:00');
  expect(owner.last().text).toContain('Hand in until: Sunday, 20 December 2026, 18:00');
  return { world, owner, one, nino, absent, unmarked };
}

const plansOf = async (world: Awaited<ReturnType<typeof stage>>['world'], someone: TelegramUser) =>
  (await told(world, someone)).filter((one) => one.startsWith('plan_'));

test('who took part is asked for a plan after the event, hands it in, and corrects it until the date', async () => {
  const { world, owner, one, nino, absent, unmarked } = await stage();
  await pressAny(world, nino, `action_plan:${one.id}`);
  expect(nino.last().text).toContain('The action plan cannot be handed in now.');
  world.clock.set('2026-11-27T11:30:00Z');
  await world.tick();
  expect(nino.last().text).toContain('Please write your action plan');
  expect(unmarked.last().text).toContain('Напишите, пожалуйста, план действий');
  expect(await plansOf(world, absent)).toEqual([]);
  await pressAny(world, absent, `action_plan:${one.id}`);
  expect(absent.last().text).toContain('The action plan cannot be handed in now.');

  await nino.press('Write the plan');
  expect(nino.last().text).toContain('Which project or change will you carry out?');
  await writes(nino, 'A portal <for> births');
  await nino.press('Hand in');
  expect(nino.last().text).toContain('Your action plan is handed in.');
  await nino.press('Show the event');
  await nino.press('Action plan');
  expect(nino.last().text).toContain('A portal <for> births');
  await nino.press('Edit');
  await nino.press({ data: /:q:0$/ });
  await nino.send('A portal for marriages');
  await nino.press('Hand in');
  const kept = await world.db.select().from(response);
  expect(kept).toHaveLength(1);
  expect(kept[0]).toMatchObject({
    form: 'action_plan',
    answers: { own_project: 'A portal for marriages', own_partners: null },
  });
  expect(await world.db.$count(answered)).toBe(1);

  await pressAny(world, owner, `plans:${one.id}`);
  expect(owner.last().text).toContain('Handed in: 1 of 2');
  await pressAny(world, owner, `plan_of:${(await registrationOf(world, nino)).id}`);
  expect(owner.last().text).toContain('A portal for marriages');
  await pressAny(world, owner, `export_plans:${one.id}`);
  const sent = owner.chat.findLast(({ message }) => 'document' in message)!.message as {
    document: { file_id: string };
  };
  const rows = await readSheet(await world.download(sent.document.file_id));
  expect(rows[0]).toContain('Which project or change will you carry out?');
  expect(rows.flat()).toContain('A portal for marriages');
});

test('who has not handed in a plan is reminded 7 days and 1 day before; the last moment counts, also half-way', async () => {
  const { world, one, nino, unmarked } = await stage();
  world.clock.set('2026-11-27T11:30:00Z');
  await world.tick();
  await unmarked.press('Написать план');
  await writes(unmarked, 'Портал');
  await unmarked.press('Сдать');
  await nino.press('Write the plan');
  await nino.send('A portal');
  world.clock.set('2026-12-13T13:30:00Z');
  await world.tick();
  await world.tick();
  expect(nino.last().text).toContain('Your action plan is still missing');
  world.clock.set('2026-12-19T13:30:00Z');
  await world.tick();
  expect(await plansOf(world, nino)).toEqual(['plan_invitation sent', 'plan_reminder sent', 'plan_reminder sent']);
  expect(await plansOf(world, unmarked)).toEqual(['plan_invitation sent']);
  world.clock.set('2026-12-20T13:00:00Z');
  await nino.send('First a law');
  expect(nino.last().text).toContain('The action plan cannot be handed in now.');
  expect(await world.db.$count(response)).toBe(1);
  await nino.open(`event_${one.code}`);
  expect(nino.last().buttons.flat()).not.toContain('Action plan');
});

test('organizers change what a plan asks, where they make the other questions', async () => {
  const { world, owner, one } = await stage();
  await pressAny(world, owner, `plans:${one.id}`);
  await owner.press('Questions');
  expect(owner.last().text).toContain('Asked in the action plan, after the event');
  expect(owner.last().text).toContain('5. How will one see that it has succeeded?');
  await owner.press('At registration');
  expect(owner.last().text).not.toContain('How will one see');
});
