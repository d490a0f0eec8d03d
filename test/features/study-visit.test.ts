import { asc, eq, ne } from 'drizzle-orm';
import { expect, test } from 'vitest';
import {
  attendance,
  certificate,
  message,
  person,
  registration,
  registrationChange,
  requirement,
  requirementState,
  review,
} from '../../src/db/schema.ts';
import { listId } from '../../src/features/nominations/list.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { answerFeedback, submit } from '../support/feedback.ts';
import { readPdf } from '../support/pdf.ts';
import { pressAny } from '../support/press.ts';
import { told } from '../support/seats.ts';
import { scores } from '../support/selection.ts';
import {
  applies,
  approvesName,
  comesBy,
  COUNTRIES,
  foreignIn,
  linkIn,
  makesStudyVisit,
  nominates,
  passes,
  registrationIn,
  repeatsUpdates,
  say,
  scans,
  writesPlan,
  wroteTo,
  type Applicant,
  type Country,
} from '../support/study-visit.ts';
import { createWorld } from '../support/world.ts';

/** The organizer's own words to people, which nobody translates. */
const TOO_MANY = '14 → 7';
const TOO_SHORT = '2027-05 → 2027-08';

/** Session by session: by the code (c), by the organizer's tick (p), absent (a), excused (e). */
const ATTENDANCE: Record<string, string> = { UZ: 'pccc', AZ: 'eecc', AM: 'caaa' };

test(
  'a study visit of seven countries in seven languages, from the nomination to the certificate',
  { timeout: 300_000 },
  async () => {
    const world = await createWorld({ PUBLIC_URL: 'https://bilim.example.org' });
    const { db, clock } = world;

    // Owners invite: an organizer, and a focal point in each country.
    const owner = await world.owner();
    const invited = async (kind: string, language: string) => {
      await owner.send('/organize');
      await owner.press({ data: 'roles' });
      await owner.press({ data: 'invite_role' });
      if (kind.startsWith('focal_point')) await owner.press({ data: 'invite_country' });
      await owner.press({ data: `invite_for:${kind}` });
      return comesBy(world, linkIn(owner), language);
    };
    const organizer = await invited('organizer', 'ru');
    const focalPoints = new Map<string, TelegramUser>();
    for (const { code, language } of COUNTRIES) focalPoints.set(code, await invited(`focal_point:${code}`, language));
    const focalPoint = ({ code }: Country) => focalPoints.get(code)!;

    const { id, reviewers, manage, sessions } = await makesStudyVisit(world, organizer);
    await world.tick();
    for (const country of COUNTRIES)
      expect(focalPoint(country).last().text).toContain(say(country, 'nominations:are_open'));
    // The clock of their country, not of the programme.
    expect(focalPoints.get('GE')!.last().text).toContain('13:00 · თბილისი (UTC+4)');

    // Each country nominates two; Armenia forgets, and is reminded, alone.
    await passes(world, '2026-11-25T06:00:00Z');
    const nominated = async (country: Country) => {
      const links = [];
      for (const [fullName, latinName] of country.people)
        links.push({ fullName, latinName, link: await nominates(focalPoint(country), id, country, fullName) });
      return links;
    };
    const nominees = new Map<string, Awaited<ReturnType<typeof nominated>>>();
    for (const country of COUNTRIES) if (country.code !== 'AM') nominees.set(country.code, await nominated(country));
    await passes(world, '2026-12-01T09:30:00Z');
    for (const country of COUNTRIES) {
      const reminded = (await told(world, focalPoint(country))).includes('nominations_due sent');
      expect(reminded, country.code).toBe(country.code === 'AM');
      if (reminded) nominees.set(country.code, await nominated(country));
    }

    // Whoever opens the link agrees in their language, and applies. Phones in Uzbekistan repeat every update.
    const applicants: Applicant[] = [];
    const firstPages = new Map<string, string>();
    for (const country of COUNTRIES)
      for (const { link, ...names } of nominees.get(country.code)!) {
        const user = world.telegram.user({ language_code: country.language });
        if (country.code === 'UZ') repeatsUpdates(world, user);
        await comesBy(world, link, country.language, user);
        firstPages.set(country.code, user.last().text);
        const applicant = { ...country, ...names, user };
        await applies(applicant, id);
        expect(user.last().text).toContain(say(country, 'seats:under_review'));
        applicants.push(applicant);
      }
    const own = (one: Applicant) => registrationIn(world, id, one);
    const idOf = async (one: Applicant) => (await own(one)).id;
    const of = (code: string) => applicants.filter((one) => one.code === code) as [Applicant, Applicant];
    expect(firstPages.get('KG')).toContain('07:00 · Бишкек (UTC+6)');
    expect(await db.$count(registration)).toBe(14);
    expect(await db.$count(person, eq(person.language, 'uz'))).toBe(3);
    expect(await told(world, of('UZ')[0].user)).toEqual(['confirmation sent']);

    // Two reviewers score without a name in sight; one of them knows somebody, and finishes after a reminder.
    await passes(world, '2026-12-09T06:00:00Z');
    const [english, korean] = reviewers;
    const best = new Set(await Promise.all(COUNTRIES.map(({ code }) => idOf(of(code)[0]))));
    const friend = await idOf(of('UZ')[0]);
    for (const reviewer of reviewers) {
      if (reviewer === korean) await passes(world, '2026-12-14T03:00:00Z');
      await reviewer.send('/review');
      for (const _ of applicants) {
        await reviewer.press({ data: /^to_score:/ });
        const { text } = reviewer.last();
        for (const { fullName, latinName } of applicants) expect(text).not.toMatch(`${fullName}|${latinName}`);
        const number = Number(/№ (\d+)/.exec(text)![1]);
        if (reviewer === korean && number === friend) await reviewer.press({ data: /^knows_them:/ });
        else await scores(reviewer, best.has(number) ? [5, 4, 5] : [4, 4, 3]);
      }
    }
    expect(await told(world, english)).toEqual([]);
    expect(await told(world, korean)).toEqual(['review_reminder sent']);
    expect(await db.$count(review)).toBe(28);

    // The best within the quotas are offered the seats, two more are next in line, the others are declined.
    await passes(world, '2026-12-21T06:00:00Z');
    await manage(`selection:${id}`, `ranking:${id}`);
    expect(organizer.last().text).toMatch(/1\. Yoʻldosheva Nilufar · Узбекистан\n {4}93 из 100 · оценок: 1 · ⚠️/);
    await manage(`selection:${id}`, `shortlist:${id}`, `propose:${id}`, `propose_now:${id}`);
    for (const one of [of('KG')[1], of('GE')[1]]) {
      const number = await idOf(one);
      await manage(`selection:${id}`, `ranking:${id}`, `ranking:${id}:${one.code}:0`);
      await organizer.press({ data: `candidate:${number}` });
      await organizer.press({ data: `list_on:${number}` });
    }
    await manage(`selection:${id}`, `offer_seats:${id}`, `offer_seats_now:${id}`);
    expect(organizer.last().text).toContain('Мест предложено: 7. На очереди: 2.');
    await manage(`selection:${id}`, `applications:${id}`);
    await organizer.press({ data: /^decline_many:/ });
    await organizer.send(TOO_MANY);
    await organizer.press({ data: /:ok$/ });

    // Most accept. Georgia's first declines, Kyrgyzstan's lets the time run out: the next of the same country gets the seat.
    for (const { code } of COUNTRIES)
      expect(of(code)[0].user.last().text).toContain(say(of(code)[0], 'selection:selected'));
    const statuses = async (...codes: string[]) => {
      const all = await Promise.all(codes.map((code) => Promise.all(of(code).map(own))));
      return all.map((two) => two.map(({ status }) => status).join(' '));
    };
    for (const { code } of COUNTRIES)
      if (!['KG', 'GE'].includes(code)) await of(code)[0].user.press({ data: `accept_seat:${id}` });
    await of('GE')[0].user.press({ data: `cant_come:${id}` });
    await of('GE')[0].user.press({ data: `give_up:${id}` });
    expect(await statuses('KG', 'GE')).toEqual(['offered waiting', 'cancelled offered']);
    await of('GE')[1].user.press({ data: `accept_seat:${id}` });
    await passes(world, '2026-12-24T07:00:00Z');
    expect(await statuses('KG')).toEqual(['missed offered']);
    await of('KG')[1].user.press({ data: `accept_seat:${id}` });
    expect(await statuses('KZ', 'KG', 'TJ', 'UZ', 'AZ', 'AM', 'GE')).toEqual([
      'registered declined',
      'missed registered',
      ...Array.from({ length: 4 }, () => 'registered declined'),
      'cancelled registered',
    ]);
    const travellers = COUNTRIES.map(({ code }) => of(code)[code === 'KG' || code === 'GE' ? 1 : 0]);
    const traveller = (code: string) => travellers.find((one) => one.code === code)!;

    // Documents: everybody marks them, one is to be corrected, and is.
    await passes(world, '2027-01-10T06:00:00Z');
    const [passport, visa] = await db.select().from(requirement).orderBy(requirement.id);
    for (const { user, code } of travellers) {
      await user.press({ data: `documents:${id}` });
      await user.press({ data: `ready:${passport!.id}` });
      await user.press({ data: `ready:${visa!.id}` });
      await user.send(`K-${code}-2027`);
    }
    for (const one of travellers) {
      const number = await idOf(one);
      await manage(`requirements:${id}`, `checklist:${id}`, `documents_of:${number}`);
      await organizer.press({ data: `document:${passport!.id}:${number}` });
      await organizer.press({ data: one.code === 'AZ' ? /^refuse_document:/ : /^check_document:/ });
      if (one.code === 'AZ') await organizer.send(TOO_SHORT);
    }
    expect(traveller('AZ').user.last().text).toContain(TOO_SHORT);
    await traveller('AZ').user.press({ data: `documents:${id}` });
    await traveller('AZ').user.press({ data: `ready:${passport!.id}` });
    expect(await db.$count(requirementState, ne(requirementState.state, 'refused'))).toBe(14);

    // The visit, session by session.
    for (const [n, one] of sessions.entries()) {
      await passes(world, one.beginsAt.add({ minutes: 5 }));
      for (const who of travellers) {
        const how = (ATTENDANCE[who.code] ?? 'cccc')[n]!;
        const tick = (state: string) => pressAny(world, organizer, `tick:${one.id}:${number}:${state}:0`);
        const number = await idOf(who);
        if (how === 'c') await scans(world, who, one.id);
        else await tick({ p: 'present', a: 'absent', e: 'excused' }[how]!);
      }
    }
    expect(await db.$count(attendance, eq(attendance.by, 'code'))).toBe(22);

    // Feedback, certificates; Georgia's feedback comes late, and its certificate by itself.
    await passes(world, '2027-02-09T08:40:00Z');
    const givesFeedback = async ({ user }: Applicant) => {
      await answerFeedback(user, id);
      await submit(user);
    };
    for (const one of travellers) if (one.code !== 'GE') await givesFeedback(one);
    await manage(`certificates:${id}`, `issue_certificates:${id}`);
    expect(organizer.last().text).toMatch(/Посещение ниже правила: 1\nЕщё нет обратной связи: 1/);
    await givesFeedback(traveller('GE'));
    await world.tick();
    const certified = travellers.filter(({ code }) => code !== 'AM');
    for (const one of certified) await approvesName(one, one.code === 'KG' ? one.fullName : one.latinName);
    const papers = await db.select().from(certificate).orderBy(certificate.id);
    expect(papers.map(({ language }) => language).toSorted()).toEqual(['az', 'ka', 'kk', 'ky', 'tg', 'uz']);
    const paperOf = (one: Applicant) => papers.find(({ language }) => language === one.language)!;
    expect(paperOf(traveller('AZ')).certified).toMatchObject({ attended: 2, of: 2 });
    const says = async (one: Applicant) => {
      const headers = { 'Accept-Language': one.language };
      return (await world.app.http.request(`/verify/${paperOf(one).code}`, { headers })).text();
    };
    for (const one of certified) {
      const { document } = one.user.last();
      expect(document!.file_name).toBe(`certificate-${paperOf(one).code}.pdf`);
      const paper = readPdf(await world.download(document!.file_id));
      expect(paper.shown.some(({ missing }) => missing)).toBe(false);
      expect(paper.text).toContain(one.code === 'KG' ? 'Жээнбаева Нургүл' : one.latinName);
      expect(await says(one)).toContain(say(one, 'certificates:verify_valid'));
    }
    const { id: wrong } = paperOf(traveller('TJ'));
    await manage(
      `certificates:${id}`,
      `certificate_list:${id}`,
      `certificate_page:${wrong}`,
      `certificate_revoke:${wrong}`,
    );
    await organizer.send(TOO_SHORT);
    await organizer.press({ data: /:ok$/ });
    expect(traveller('TJ').user.last().text).toContain(say(traveller('TJ'), 'certificates:your_revoked'));
    expect(await says(traveller('TJ'))).toContain(say(traveller('TJ'), 'certificates:verify_revoked'));
    expect(await says(traveller('KZ'))).toContain(say(traveller('KZ'), 'certificates:verify_valid'));

    // Action plans: Azerbaijan is reminded and hands in none. The numbers of the visas are gone by then.
    await passes(world, '2027-02-10T06:00:00Z');
    for (const one of travellers) if (one.code !== 'AZ') await writesPlan(one, id);
    expect(await db.$count(requirementState, eq(requirementState.value, 'K-KZ-2027'))).toBe(1);
    await passes(world, '2027-02-20T03:00:00Z');
    const kept = await db.select().from(requirementState);
    expect(kept.map(({ value }) => value)).toEqual(Array.from({ length: 14 }, () => null));
    await passes(world, '2027-03-16T06:00:00Z');
    expect((await told(world, traveller('AZ').user)).filter((one) => one === 'plan_reminder sent')).toHaveLength(2);
    await manage(`pipeline:${id}`);
    const { text: pipeline } = organizer.last();
    for (const { code } of COUNTRIES) {
      const [shortlisted, plan] = [code === 'KG' || code === 'GE' ? 2 : 1, code === 'AZ' ? 0 : 1];
      expect(pipeline).toMatch(new RegExp(`^${code} {3}2 {3}2 {3}${shortlisted} {3}1 {3}1 {3}1 {3}${plan}$`, 'm'));
    }

    // Nothing is left over or came too late, and how it went stands in everybody's timeline.
    const due = await db.select().from(message).where(ne(message.state, 'sent')).orderBy(asc(message.id));
    const odd = due.filter(
      ({ state, dueAt, error }) =>
        !(state === 'queued' && Temporal.Instant.compare(dueAt, clock.now()) > 0) &&
        !(state === 'cancelled' && error !== 'too late'),
    );
    expect(odd.map(({ personId, kind, state, error, dueAt }) => [personId, kind, state, error, String(dueAt)])).toEqual(
      [],
    );
    const next = of('KG')[1];
    const changes = await db
      .select()
      .from(registrationChange)
      .where(eq(registrationChange.registrationId, await idOf(next)))
      .orderBy(registrationChange.id);
    expect(changes.map(({ from, to, by }) => [from, to, by])).toEqual([
      [null, 'pending', 'person'],
      ['pending', 'waiting', 'organizer'],
      ['waiting', 'offered', 'bilim'],
      ['offered', 'registered', 'person'],
    ]);
    await pressAny(world, next.user, `history:${await idOf(next)}`);
    expect(next.user.last().text.match(/2026-ж\..* · /g)).toHaveLength(4);

    // Each in their own language alone, and each country for itself.
    const theirs = applicants.flatMap((one) => [
      one.fullName,
      one.latinName,
      one.agency,
      one.position,
      one.motivation,
      one.idea,
    ]);
    const [kazakh] = of('KZ');
    expect(foreignIn('ky', wroteTo(world, kazakh.user), theirs), 'the control').not.toEqual([]);
    for (const one of applicants)
      expect(foreignIn(one.language, wroteTo(world, one.user), theirs), one.fullName).toEqual([]);
    for (const country of COUNTRIES) {
      const wrote = wroteTo(world, focalPoint(country));
      expect(foreignIn(country.language, wrote, theirs), country.code).toEqual([]);
      const others = applicants.filter(({ code }) => code !== country.code);
      for (const { fullName } of others) expect(wrote.join('\n')).not.toContain(fullName);
      const [other] = others as [Applicant];
      const theirList = listId({ eventId: id, country: other.code });
      for (const press of [`nominees:${theirList}`, `came:${theirList}`, `applicant:${await idOf(other)}`])
        expect((await pressAny(world, focalPoint(country), press)).text).toBe(say(country, 'common:no_access'));
    }
    expect(foreignIn('en', wroteTo(world, english), theirs)).toEqual([]);
    expect(foreignIn('ko', wroteTo(world, korean), theirs)).toEqual([]);
  },
);
