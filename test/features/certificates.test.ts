import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { event, eventText, person } from '../../src/db/schema.ts';
import {
  approveOwn,
  attends,
  certificates,
  createPast,
  createSessions,
  givesFeedback,
  issue,
  openCertificates,
  participant,
  withoutTelegram,
} from '../support/certificates.ts';
import { createEvent } from '../support/events.ts';
import { readPdf } from '../support/pdf.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';

const bare = (text: string) => text.replace(/\s/gu, '');

async function pdfOf(world: World, user: TelegramUser) {
  return readPdf(await world.download(user.last().document!.file_id));
}

test('who qualifies is asked to approve the name, and gets the PDF with the name as approved', async () => {
  const world = await createWorld({ PUBLIC_URL: 'https://bilim.example.org' });
  const owner = await world.owner();
  const one = await createPast(world, { texts: { ky: 'Санариптик кызматтар' } });
  const [aiperi, absent] = [await participant(world, one), await participant(world, one, { attended: false })];
  await issue(owner, one);
  expect(owner.last().text).toContain('Certificates prepared: 1.');
  expect(owner.last().text).toContain('Waiting for approval of the name: 1');
  expect(owner.last().text).toContain('Attended too little: 1');
  expect(absent.texts().join()).not.toContain('сертификат');
  expect(aiperi.last().text).toContain('Сертификатыңыз даяр.');

  await approveOwn(aiperi);
  const [made] = await certificates(world, one);
  expect(made).toMatchObject({ state: 'valid', name: 'Асанова Айпери', language: 'ky' });
  expect(aiperi.last().document).toMatchObject({ file_name: `certificate-${made!.code}.pdf` });
  expect(aiperi.last().text).toContain(`https://bilim.example.org/verify/${made!.code}`);
  const { text } = await pdfOf(world, aiperi);
  for (const words of ['Катышуу сертификаты', 'Асанова Айпери', 'Санариптик кызматтар', 'Корея Республикасынын Өкмөтү'])
    expect(bare(text)).toContain(bare(words));

  await aiperi.send('/my');
  await aiperi.press('Менин сертификаттарым');
  await aiperi.press({ data: `certificate:${made!.id}` });
  expect(aiperi.last().text).toContain('PDF, эң көбү 100 КБ');
  await aiperi.press('PDF алуу');
  expect(bare((await pdfOf(world, aiperi)).text)).toBe(bare(text));
  await aiperi.open(`event_${one.code}`);
  expect(aiperi.last().buttons.flat()).toContain('Сертификат');
});

test('Issue again adds nobody twice, and it waits until the event is over and has a rule', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const coming = await createEvent(world);
  await pressAny(world, owner, `issue_certificates:${coming.id}`);
  expect(owner.last().text).toContain('Certificates can be issued when the event is over.');
  const one = await createPast(world, { certificateShare: null });
  const aiperi = await participant(world, one);
  await pressAny(world, owner, `issue_certificates:${one.id}`);
  expect(owner.last().text).toContain('Set the rule first');
  expect(await certificates(world, one)).toEqual([]);

  await openCertificates(owner, one);
  await owner.press('Rule');
  await owner.press('80%');
  await owner.press('No');
  await issue(owner, one);
  await issue(owner, one);
  expect(owner.last().text).toContain('Certificates prepared: 0.');
  expect(await certificates(world, one)).toHaveLength(1);
  expect(aiperi.texts().filter((text) => text.includes('Сертификатыңыз даяр'))).toHaveLength(1);
});

test('sessions count as they were held: present, of those not called off and not excused', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world, { certificateShare: 75 });
  const sessions = await createSessions(world, one, 5, 1);
  const people = await Promise.all([1, 2, 3, 4].map(() => participant(world, one, { attended: null, language: 'en' })));
  await attends(world, one, people[0]!, sessions, ['present', 'present', 'present', 'absent', 'present']);
  await attends(world, one, people[1]!, sessions, ['present', 'present', null, 'absent']);
  await attends(world, one, people[2]!, sessions, ['excused', 'present', 'present', 'present']);
  await attends(world, one, people[3]!, sessions, ['excused', 'excused', 'excused', 'excused']);
  await issue(owner, one);
  expect(owner.last().text).toContain('Attended too little: 2');
  const made = await certificates(world, one);
  const rows = await Promise.all([world.row(people[0]!), world.row(people[2]!)]);
  expect(made.map(({ personId }) => personId).toSorted((a, b) => a - b)).toEqual(rows.map(({ id }) => id));
  expect(made.map(({ certified: { attended, of } }) => [attended, of])).toEqual([
    [3, 4],
    [3, 3],
  ]);
});

test('two of three sessions are not 67 per cent, and an absent person gets none even where everybody does', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world, { certificateShare: 67 });
  const sessions = await createSessions(world, one, 3);
  await attends(world, one, await participant(world, one, { attended: null }), sessions, ['present', 'present', null]);
  await participant(world, one, { attended: false });
  await issue(owner, one);
  expect(await certificates(world, one)).toEqual([]);
  await world.db.update(event).set({ certificateShare: 66 }).where(eq(event.id, one.id));
  await world.tick();
  expect(await certificates(world, one)).toHaveLength(1);
  await world.db.update(event).set({ certificateShare: 0 }).where(eq(event.id, one.id));
  await world.tick();
  expect(await certificates(world, one)).toHaveLength(1);
});

test('who gives feedback after certificates were issued gets one without another press', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world, { certificateFeedback: true });
  const [early, late] = [await participant(world, one), await participant(world, one)];
  await givesFeedback(world, one, early);
  await issue(owner, one);
  expect(owner.last().text).toContain('No feedback yet: 1');
  expect(await certificates(world, one)).toHaveLength(1);
  await world.tick();
  expect(await certificates(world, one)).toHaveLength(1);
  await givesFeedback(world, one, late);
  await world.tick();
  expect(late.last().text).toContain('Сертификатыңыз даяр.');
  await world.tick();
  expect(await certificates(world, one)).toHaveLength(2);
});

test('feedback given in the chat is enough, through its own dialog', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world, { certificateFeedback: true });
  const aiperi = await participant(world, one);
  await issue(owner, one);
  await aiperi.open(`event_${one.code}`);
  await aiperi.press({ data: `feedback:${one.id}` });
  for (let i = 0; i < 4; i++) await aiperi.press({ data: /:o:5$/ });
  await aiperi.press({ data: /:o:10$/ });
  for (let i = 0; i < 2; i++) await aiperi.press({ data: /:s$/ });
  await aiperi.press({ data: /:ok$/ });
  await world.tick();
  expect(aiperi.last().text).toContain('Сертификатыңыз даяр.');
});

test('a name may be typed; what no font has is refused with a sentence, and nothing is lost', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world);
  const aiperi = await participant(world, one, { language: 'en', fullName: 'Асанова 漢 Айпери' });
  await issue(owner, one);
  await aiperi.press('Approve the name');
  expect(aiperi.last().buttons.flat(), 'what can’t be printed is not offered').toEqual(['ASANOVA AIPERI', 'Cancel']);
  await aiperi.send('Айпери 👑 漢');
  expect(aiperi.last().text).toContain('These characters can’t be printed: 👑 漢.');
  await aiperi.send('  Айпери   Асанова ');
  await aiperi.press('Approve');
  expect((await certificates(world, one))[0]).toMatchObject({ name: 'Айпери Асанова', language: 'en', state: 'valid' });
});

test('a wrong name: another certificate takes the place of the first, three times, then organizers are asked', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world);
  const aiperi = await participant(world, one, { language: 'en' });
  await issue(owner, one);
  const names = ['Aiperi A.', 'Aiperi B.', 'Aiperi C.', 'Aiperi D.'];
  for (const [i, name] of names.entries()) {
    if (i > 0) await aiperi.press('Certificate');
    await aiperi.press(i === 0 ? 'Approve the name' : 'The name is wrong');
    await aiperi.send(name);
    await aiperi.press('Approve');
  }
  const made = await certificates(world, one);
  expect(made.map(({ state, name }) => [state, name])).toEqual([
    ['replaced', 'Aiperi A.'],
    ['replaced', 'Aiperi B.'],
    ['replaced', 'Aiperi C.'],
    ['valid', 'Aiperi D.'],
  ]);
  expect(new Set(made.map(({ code }) => code)).size).toBe(4);
  await aiperi.press('Certificate');
  await aiperi.press('The name is wrong');
  await aiperi.send('Aiperi E.');
  await aiperi.press('Approve');
  expect(aiperi.last().text).toContain('Please write to the organizers:');
  expect(await certificates(world, one)).toHaveLength(4);
});

test('what is certified stays as it was issued, whatever becomes of the event', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world, { place: 'Astana' });
  const aiperi = await participant(world, one);
  await issue(owner, one);
  // A mistake that is put right before the approval is not printed.
  await world.db.update(event).set({ place: 'Astana, Abai avenue' }).where(eq(event.id, one.id));
  await approveOwn(aiperi);
  const before = bare((await pdfOf(world, aiperi)).text);
  expect(before).toContain('Abaiavenue');
  await world.db.update(event).set({ place: 'Almaty' }).where(eq(event.id, one.id));
  await world.db.update(eventText).set({ title: 'Another' }).where(eq(eventText.eventId, one.id));
  const [made] = await certificates(world, one);
  await pressAny(world, aiperi, `certificate_pdf:${made!.id}`);
  expect(bare((await pdfOf(world, aiperi)).text)).toBe(before);
});

test('revoked with a reason: the person is told, and it does not come back by itself', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world);
  const aiperi = await participant(world, one, { language: 'en' });
  await issue(owner, one);
  await aiperi.press('Approve the name');
  await aiperi.press('ASANOVA AIPERI');
  await aiperi.press('Approve');
  const [made] = await certificates(world, one);
  await openCertificates(owner, one);
  await owner.press('List');
  await owner.press('1');
  await owner.press('Revoke');
  await owner.send('Issued by mistake');
  await owner.press('Revoke');
  expect(owner.last().text).toContain('The certificate is revoked.');
  expect(aiperi.last().text).toContain('Your certificate was revoked.');
  expect(aiperi.last().text).toContain('Issued by mistake');
  await issue(owner, one);
  await world.tick();
  expect(await certificates(world, one)).toMatchObject([{ id: made!.id, state: 'revoked' }]);
  await pressAny(world, aiperi, `certificate_pdf:${made!.id}`);
  expect(aiperi.last().document).toBeUndefined();
  // By hand it does.
  await openCertificates(owner, one);
  await owner.press('Issue to others');
  await owner.press('1');
  await owner.send('It was no mistake');
  await owner.press('Issue by hand');
  await world.tick();
  expect(aiperi.last().text).toContain('Your certificate is ready.');
  expect(await certificates(world, one)).toMatchObject([
    { state: 'revoked' },
    { state: 'proposed', note: 'It was no mistake' },
  ]);
});

test('for somebody without Telegram an organizer approves the name and gets the PDF', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world);
  await withoutTelegram(world, one, 'ნინო ბერიძე');
  await issue(owner, one);
  await owner.press('List');
  await owner.press('1');
  expect(owner.last().text).toContain('does not use the bot');
  await owner.press('Approve the name');
  await owner.press('ნინო ბერიძე');
  await owner.press('ქართული');
  await owner.press('Approve');
  expect(bare((await pdfOf(world, owner)).text)).toContain('მონაწილეობისსერტიფიკატი');
  await owner.press('Certificates');
  await owner.press('All as one PDF');
  expect((await pdfOf(world, owner)).pages).toBe(1);
});

test('a name that is the person’s own to approve is not approved by organizers, nor by anybody else', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world);
  await participant(world, one);
  const stranger = await world.arrive('en');
  await issue(owner, one);
  const [made] = await certificates(world, one);
  await pressAny(world, owner, `certificate_approve:${made!.id}`);
  expect(owner.last().text).toContain('waiting for approval of the name');
  for (const way of ['certificate', 'certificate_name', 'certificate_pdf']) {
    await pressAny(world, stranger, `${way}:${made!.id}`);
    expect(stranger.last().text).toContain('no longer available');
    expect(stranger.last().text).not.toContain('Асанова');
  }
  expect(await certificates(world, one)).toMatchObject([{ state: 'proposed' }]);
});

test('a specimen is marked as one, and its code certifies nothing', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world, { texts: { en: 'Open data 🎉' } });
  await openCertificates(owner, one);
  expect(owner.last().text).toContain('can’t be printed and are left out: 🎉');
  await owner.press('Specimen (PDF)');
  const { text } = await pdfOf(world, owner);
  expect(text).toContain('Specimen');
  await owner.open('verify_0000000000000000');
  expect(owner.last().text).toContain('There is no certificate with this code.');
});

test('/mydata has certificates; /erase and the end of their period take them away', async () => {
  const world = await createWorld();
  const owner = await world.owner();
  const one = await createPast(world);
  const [aiperi, other] = [await participant(world, one), await participant(world, one)];
  await issue(owner, one);
  await approveOwn(aiperi);
  await approveOwn(other);
  const [made] = await certificates(world, one);
  await aiperi.send('/mydata');
  const data = (await world.download(aiperi.last().document!.file_id)).toString();
  expect(JSON.parse(data)).toMatchObject({
    certificates: [{ code: made!.code, name: 'Асанова Айпери', state: 'valid' }],
  });
  await aiperi.send('/erase');
  await aiperi.press({ data: 'erase_now' });
  expect(await certificates(world, one)).toHaveLength(1);
  await owner.open(`verify_${made!.code}`);
  expect(owner.last().text).toContain('There is no certificate with this code.');

  world.clock.advance({ hours: 24 * 365 * 11 });
  await world.db.update(person).set({ seenAt: world.clock.now() });
  await world.tick();
  expect(await certificates(world, one)).toEqual([]);
});
