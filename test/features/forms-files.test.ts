import { expect, test } from 'vitest';
import { registration } from '../../src/db/schema.ts';
import type { Made } from '../support/forms.ts';
import { writeFile } from '../../src/forms/spec/xlsform/file.ts';
import { survey } from '../forms/xlsform/tables.ts';
import { createEvent } from '../support/events.ts';
import { formOf } from '../support/forms.ts';
import { pressAny } from '../support/press.ts';
import { answerProfile } from '../support/register.ts';
import { give } from '../support/roles.ts';
import { createWorld } from '../support/world.ts';

const CV: Made = { item: { type: 'file', name: 'cv', label: { en: 'Your CV' }, required: true } };

test('a file that somebody sends is kept by Telegram; organizers of the event open it, and erasing takes it away', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world, { form: formOf(CV) });
  const user = await world.arrive('en');
  await user.open(`event_${one.code}`);
  await user.press('Register');
  await answerProfile(user);
  const { document } = await user.sendDocument({ file_name: 'cv.pdf', size: 5000 });
  await user.press('Confirm');
  const [row] = await world.db.select().from(registration);
  expect(row!.answers).toMatchObject({ cv: { kind: 'document', fileId: document!.file_id, fileName: 'cv.pdf' } });

  const organizer = await world.arrive('en');
  await give(world, organizer, { kind: 'organizer', eventId: one.id });
  await pressAny(world, organizer, `questions:${one.id}:r`);
  await organizer.press('Files of participants');
  expect(organizer.last().text).toContain('1. ASANOVA AIPERI · Your CV · cv.pdf');
  await organizer.press('1');
  expect(organizer.last().document).toMatchObject({ file_id: document!.file_id });

  const other = await world.arrive('en');
  await give(world, other, { kind: 'organizer', eventId: (await createEvent(world)).id });
  const before = other.texts().length;
  await pressAny(world, other, `answer_file:${one.id}:r:${document!.file_unique_id}`);
  expect(other.last().document).toBeUndefined();
  expect(other.texts()).toHaveLength(before);

  await pressAny(world, user, 'erase');
  await pressAny(world, user, 'erase_now');
  expect(await world.db.select().from(registration)).toEqual([]);
  await pressAny(world, owner, `answer_files:${one.id}:r`);
  expect(owner.last().text).toContain('Nobody has sent a file yet.');
});

test('feedback asks for no files, however they come into its form', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createEvent(world);
  await pressAny(world, owner, `import_form:${one.id}:f`);
  await owner.sendDocument({ file_name: 'form.xlsx', bytes: await writeFile(survey('image | photo | Photo')) });
  expect(owner.last().text).toContain('Feedback is anonymous, and a file tells who sent it: photo');
  await owner.press('Cancel');
  await pressAny(world, owner, `add_question:${one.id}:f`);
  await owner.press('Next');
  await owner.press({ data: /:o:file$/ });
  await owner.send('Your file?');
  await owner.send('Ваш файл?');
  await owner.press('No');
  await owner.press('Save the question');
  expect(owner.last().text).toContain('Nothing was changed.\nYour file?: Feedback is anonymous');
});
