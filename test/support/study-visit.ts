import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { and, eq, sql } from 'drizzle-orm';
import type { TextKey } from '../../src/bot/i18n.ts';
import { languageName } from '../../src/bot/format/words.ts';
import { createSign } from '../../src/bot/sign.ts';
import { event, registration, session } from '../../src/db/schema.ts';
import { listId } from '../../src/features/nominations/list.ts';
import { codeOf, slotAt } from '../../src/features/sessions/checkin.ts';
import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import { answerEvent, openEventForm } from './organize.ts';
import { textsOf } from './texts.ts';
import { ROOT, TOKEN, type World } from './world.ts';

/** A country of the story: its people, and what they write, in its language. */
export type Country = {
  code: string;
  language: string;
  agency: string;
  position: string;
  motivation: string;
  idea: string;
  /** Whom it nominates, in its order: full name, and as in the passport. */
  people: [fullName: string, latinName: string][];
};

export const COUNTRIES: Country[] = [
  {
    code: 'KZ',
    language: 'kk',
    agency: 'Ұлттық статистика бюросы',
    position: 'Бас сарапшы',
    motivation: 'Қызметтерді азаматтарға жақындатқым келеді.',
    idea: 'Барлық өтініштерге арналған бір терезе',
    people: [
      ['Сейдахметова Айгерім', 'SEIDAKHMETOVA AIGERIM'],
      ['Қуанышбаева Әсел', 'KUANYSHBAYEVA ASSEL'],
    ],
  },
  {
    code: 'KG',
    language: 'ky',
    agency: 'Улуттук статистика комитети',
    position: 'Башкы адис',
    motivation: 'Айылдагы адамдарга кызматтарды жеткиргим келет.',
    idea: 'Айыл өкмөтүндөгү санарип терезе',
    people: [
      ['Асанова Айпери', 'ASANOVA AIPERI'],
      ['Жээнбаева Нургүл', 'ZHEENBAEVA NURGUL'],
    ],
  },
  {
    code: 'TJ',
    language: 'tg',
    agency: 'Агентии омор',
    position: 'Сармутахассис',
    motivation: 'Мехоҳам таҷрибаи дигаронро омӯзам.',
    idea: 'Портали ягона барои шаҳрвандон',
    people: [
      ['Раҳимзода Фарзона', 'RAHIMZODA FARZONA'],
      ['Шарипова Мадина', 'SHARIPOVA MADINA'],
    ],
  },
  {
    code: 'UZ',
    language: 'uz',
    agency: 'Statistika agentligi',
    position: 'Bosh mutaxassis',
    motivation: 'Davlat xizmatlarini soddalashtirishni xohlayman.',
    idea: 'Tugʻilganlik haqidagi guvohnoma — bir bosishda',
    people: [
      ['Yoʻldosheva Nilufar', 'YOLDOSHEVA NILUFAR'],
      ['Qodirova Dilnoza', 'QODIROVA DILNOZA'],
    ],
  },
  {
    code: 'AZ',
    language: 'az',
    agency: 'Dövlət Statistika Komitəsi',
    position: 'Baş məsləhətçi',
    motivation: 'Koreyanın təcrübəsini öyrənmək istəyirəm.',
    idea: 'Ərizələr üçün vahid pəncərə',
    people: [
      ['Aynur Məmmədzadə', 'MAMMADZADA AYNUR'],
      ['Günel Həsənova', 'HASANOVA GUNEL'],
    ],
  },
  {
    code: 'AM',
    language: 'hy',
    agency: 'Վիճակագրական կոմիտե',
    position: 'Գլխավոր մասնագետ',
    motivation: 'Ցանկանում եմ պարզեցնել ծառայությունները։',
    idea: 'Մեկ պատուհան բոլոր դիմումների համար',
    people: [
      ['Անահիտ Մելքումյան', 'MELKUMYAN ANAHIT'],
      ['Լուսինե Հակոբջանյան', 'HAKOBJANYAN LUSINE'],
    ],
  },
  {
    code: 'GE',
    language: 'ka',
    agency: 'სტატისტიკის ეროვნული სამსახური',
    position: 'მთავარი სპეციალისტი',
    motivation: 'მინდა სერვისები ყველასთვის მარტივი იყოს.',
    idea: 'ერთი ფანჯარა ყველა განცხადებისთვის',
    people: [
      ['ნინო ქარცივაძე', 'KARTSIVADZE NINO'],
      ['თამარ ღვინიაშვილი', 'GHVINIASHVILI TAMAR'],
    ],
  },
];

/** What the organizer writes, in all languages of the programme. */
const TITLE = {
  en: 'Study visit: the digital government of Korea',
  ru: 'Ознакомительный визит: цифровое правительство Кореи',
  kk: 'Танысу сапары: Кореяның цифрлық үкіметі',
  ky: 'Таанышуу сапары: Кореянын санариптик өкмөтү',
  tg: 'Сафари омӯзишӣ: ҳукумати рақамии Корея',
  uz: 'Oʻquv safari: Koreyaning raqamli hukumati',
  az: 'Təlim səfəri: Koreyanın rəqəmsal hökuməti',
  hy: 'Ուսումնական այց. Կորեայի թվային կառավարությունը',
  ka: 'სასწავლო ვიზიტი: კორეის ციფრული მთავრობა',
  ko: '초청연수: 대한민국의 디지털 정부',
};
const PASSPORT: Titles = {
  en: 'Passport',
  ru: 'Загранпаспорт',
  kk: 'Шетелдік паспорт',
  ky: 'Чет өлкөлүк паспорт',
  tg: 'Шиносномаи хориҷӣ',
  uz: 'Xorijiy pasport',
  az: 'Xarici pasport',
  hy: 'Արտասահմանյան անձնագիր',
  ka: 'უცხოური პასპორტი',
  ko: '여권',
};
const VISA: Titles = {
  en: 'Number of the visa',
  ru: 'Номер визы',
  kk: 'Виза нөмірі',
  ky: 'Визанын номери',
  tg: 'Рақами раводид',
  uz: 'Viza raqami',
  az: 'Viza nömrəsi',
  hy: 'Մուտքի արտոնագրի համարը',
  ka: 'ვიზის ნომერი',
  ko: '사증 번호',
};
type Titles = Record<keyof typeof TITLE, string>;

/** One who was nominated, and applies. */
export type Applicant = Country & { user: TelegramUser; fullName: string; latinName: string };

/** A text of Bilim's in the language of a country. */
export const say = ({ language }: Pick<Country, 'language'>, key: TextKey): string => textsOf(language)(key);

/** The bot's newest link in a chat: what follows `?start=`. */
export const linkIn = (user: TelegramUser): string =>
  user
    .texts()
    .toReversed()
    .flatMap((text) => /\?start=([\w-]+)/.exec(text)?.[1] ?? [])[0]!;

/** Somebody new opens a link, keeps the language of their phone, and agrees. */
export async function comesBy(
  world: World,
  link: string,
  language: string,
  user = world.telegram.user({ language_code: language }),
): Promise<TelegramUser> {
  await user.open(link);
  await user.press({ data: new RegExp(`^lang:${language}`) });
  await user.press({ data: new RegExp(`^agree:${language}`) });
  return user;
}

/** The phone of somebody sends each update three times: twice at once, and once more when it is answered. */
export function repeatsUpdates({ app, telegram }: World, { id }: TelegramUser): void {
  const before = telegram.onUpdate!;
  telegram.onUpdate = async (update) => {
    if ((update.message ?? update.callback_query)?.from?.id !== id) return before(update);
    await app.receive([update, update]);
    await app.drain();
    await before(update);
  };
}

/** The clock goes on to this moment, and stops at each at which something is due. */
export async function passes(world: World, to: string | Temporal.Instant): Promise<void> {
  const { db, clock } = world;
  const end = Temporal.Instant.from(to);
  for (;;) {
    const [found] = await db.execute<{ at: string | null }>(sql`
      select to_char(min(at) at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"') as at from (
        select until as at from agenda
        union all select due_at from message where state = 'queued'
        union all select offered_until from registration
      ) as moment where at > ${clock.now().toString()}::timestamptz and at < ${end.toString()}::timestamptz`);
    if (!found?.at) break;
    clock.set(found.at);
    await world.tick();
  }
  clock.set(end);
  await world.tick();
}

/**
 * An organizer who reads Russian makes the study visit, press by press, and publishes it. `manage`: opens the page of the event
 * and presses its way on, by the data of the buttons.
 */
export async function makesStudyVisit(world: World, organizer: TelegramUser) {
  const { db } = world;
  await openEventForm(organizer);
  await answerEvent(organizer, {
    kind: 'study_visit',
    languages: Object.fromEntries(Object.entries(TITLE).map(([code, title]) => [code, [title, null]])),
    zone: 'Asia/Seoul',
    begin: '2027-02-08 10:00',
    end: '2027-02-09 17:00',
    place: 'Seoul',
    seats: '7',
    deadline: '2026-12-15 18:00',
    reminders: 'default',
  });
  await organizer.press({ data: /:ok$/ });
  const [made] = await db.select().from(event);
  const { id } = made!;
  const manage = async (...presses: string[]) => {
    await organizer.send('/organize');
    await organizer.press({ data: `manage:${id}` });
    const part = PART_OF[presses[0]!.split(':')[0]!];
    if (part) await organizer.press({ data: `manage_part:${id}:${part}` });
    for (const press of presses) await organizer.press({ data: new RegExp(`^${press}(:0)?$`) });
  };
  const save = () => organizer.press({ data: /:ok$/ });

  await manage(`selection:${id}`, `selection_on:${id}`, `criteria:${id}`);
  await organizer.press('4');
  await organizer.press({ data: /^drop_criterion:/ });
  await manage(`selection:${id}`, `scores_until:${id}`);
  await organizer.send('2026-12-20 18:00');
  const reviewers: TelegramUser[] = [];
  for (const language of ['en', 'ko']) {
    await manage(`selection:${id}`, `reviewers:${id}`, `invite_reviewer:${id}`);
    reviewers.push(await comesBy(world, linkIn(organizer), language));
  }

  await manage(`quotas:${id}`);
  for (const country of COUNTRIES) await organizer.press({ data: new RegExp(`:o:${country.code}$`) });
  await organizer.press({ data: /:o:\.$/ });
  for (const _ of COUNTRIES) await organizer.send('1');
  await organizer.press(say(RUSSIAN, 'changes:until_it_begins'));
  await save();

  await manage(`event_nominations:${id}`, `nomination_terms:${id}`);
  await organizer.send('2026-12-08 18:00');
  await organizer.send('2');
  await save();

  for (const [titles, kept] of [
    [PASSPORT, null],
    [VISA, '2027-02-20 12:00'],
  ] as const) {
    await manage(`requirements:${id}`, `add_requirement:${id}`);
    for (const _ of Object.keys(titles)) await organizer.send(titles[languageAsked(organizer)]);
    await organizer.send('2027-01-25 18:00');
    await organizer.press({ data: kept ? /:o:yes$/ : /:o:no$/ });
    if (kept) await organizer.send(kept);
    await save();
  }

  for (const { title, day, time } of SESSIONS) {
    await manage(`sessions:${id}`, `add_session:${id}`);
    await organizer.send(title);
    if (day === FIRST_DAY) await organizer.press({ data: new RegExp(`:o:${day}$`) });
    await organizer.send(time);
    await organizer.press({ data: /:s$/ });
    if (day && day !== FIRST_DAY) {
      // That of the session before is taken, until it is changed.
      await organizer.press(say(RUSSIAN, 'common:edit'));
      await organizer.press(say(RUSSIAN, 'sessions:day'));
      await organizer.press({ data: new RegExp(`:o:${day}$`) });
      await organizer.send(time);
    }
    await save();
  }

  await manage(`publish:${id}`, `publish_now:${id}`);
  await manage(`plans:${id}`, `plans_until:${id}`);
  await organizer.send('2027-03-15 18:00');
  await manage(`certificates:${id}`, `certificate_rule:${id}`);
  await organizer.press({ data: /:o:50$/ });
  await organizer.press({ data: /:o:yes$/ });
  const sessions = await db.select().from(session).orderBy(session.beginsAt);
  return { id, manage, reviewers: reviewers as [TelegramUser, TelegramUser], sessions };
}

/** Where on the organizer's page of an event it is, if it is not on the first one. */
const PART_OF: Record<string, string> = {
  selection: 'people',
  quotas: 'people',
  event_nominations: 'people',
  requirements: 'people',
  plans: 'results',
  certificates: 'results',
  pipeline: 'results',
};

const RUSSIAN = { language: 'ru' };
const FIRST_DAY = '2027-02-08';

/** Names of hosts, which are the same in each language. */
const SESSIONS = [
  { title: 'NIA', day: FIRST_DAY, time: '10:00-12:00' },
  { title: 'KLID', day: null, time: '14:00-16:00' },
  { title: 'MOIS', day: '2027-02-09', time: '10:00-12:00' },
  { title: 'KIPA', day: null, time: '14:00-16:00' },
];

/** In which language the question wants its answer. */
const languageAsked = (user: TelegramUser): keyof Titles =>
  (Object.keys(TITLE) as (keyof Titles)[]).find((code) => user.last().text.includes(languageName(code)))!;

/** The country names somebody new, and gets the text to forward: what follows `?start=` in the link of the nominee's own. */
export async function nominates(
  focalPoint: TelegramUser,
  eventId: number,
  country: Country,
  fullName: string,
): Promise<string> {
  await focalPoint.send('/nominations');
  await focalPoint.press({ data: `nominees:${listId({ eventId, country: country.code })}` });
  await focalPoint.press({ data: /^nominate:/ });
  await focalPoint.send(fullName);
  await focalPoint.send(country.agency);
  await focalPoint.send(country.position);
  await focalPoint.press({ data: /:o:OK$/ });
  await focalPoint.press({ data: /:ok$/ });
  await focalPoint.press(say(country, 'nominations:link'));
  return linkIn(focalPoint);
}

/** Answers what the country has not said of them already, and what the selection asks. */
export async function applies({ user, latinName, motivation, idea }: Applicant, eventId: number): Promise<void> {
  await user.press({ data: `register:${eventId}` });
  await user.send(latinName);
  await user.press({ data: /:o:female$/ });
  await user.press({ data: /:s$/ });
  await user.send(motivation);
  await user.send(idea);
  await user.press({ data: /:ok$/ });
}

/** By the code on the screen of the hall. */
export async function scans({ clock }: World, { user }: Applicant, sessionId: number): Promise<void> {
  await user.open(`checkin_${codeOf({ sign: createSign(TOKEN) }, sessionId, slotAt(clock.now()))}`);
}

/** As it will be printed, in their language. */
export async function approvesName({ user, language }: Applicant, name: string): Promise<void> {
  await user.press({ data: /^certificate_name:/ });
  await user.press(name);
  await user.press({ data: new RegExp(`:o:${language}$`) });
  await user.press({ data: /:ok$/ });
}

export async function writesPlan({ user, idea, motivation }: Applicant, eventId: number): Promise<void> {
  await user.press({ data: `action_plan:${eventId}` });
  await user.send(idea);
  await user.send(motivation);
  await user.press({ data: /:s$/ });
  await user.send('2027-09-01');
  await user.send(motivation);
  await user.press({ data: /:ok$/ });
}

export async function registrationIn(world: World, eventId: number, { user }: Pick<Applicant, 'user'>) {
  const { id } = await world.row(user);
  const [found] = await world.db
    .select()
    .from(registration)
    .where(and(eq(registration.eventId, eventId), eq(registration.personId, id)));
  return found!;
}

type Wrote = {
  chat_id?: number | string;
  text?: string;
  caption?: string;
  reply_markup?: string | { inline_keyboard?: { text: string; callback_data?: string }[][] };
};

/** All that the bot ever wrote to somebody, also where it edited it since, once they had chosen a language. Names of languages aside. */
export function wroteTo({ telegram }: World, { id }: TelegramUser): string[] {
  return telegram.calls.flatMap(({ payload }) => {
    const { chat_id, text, caption, reply_markup } = payload as Wrote;
    if (Number(chat_id) !== id) return [];
    const markup = typeof reply_markup === 'string' ? (JSON.parse(reply_markup) as typeof reply_markup) : reply_markup;
    const buttons = typeof markup === 'object' ? (markup.inline_keyboard ?? []).flat() : [];
    if (buttons.some(({ callback_data }) => callback_data?.startsWith('lang:'))) return [];
    const labels = buttons.filter(({ callback_data = '' }) => !/:o:[a-z]{2}$/.test(callback_data));
    return [text ?? caption ?? '', ...labels.map((one) => one.text)];
  });
}

const SCRIPTS = ['Cyrillic', 'Armenian', 'Georgian', 'Hangul'];
const SCRIPT_OF: Record<string, string> = {
  ...Object.fromEntries(['ru', 'kk', 'ky', 'tg'].map((code) => [code, 'Cyrillic'])),
  hy: 'Armenian',
  ka: 'Georgian',
  ko: 'Hangul',
};

/** Of each language, what its catalog says between placeholders. */
const PHRASES = new Map(Object.keys(TITLE).map((language) => [language, readPhrases(language)]));

/**
 * What of a chat is in another language: letters of another script, and words of Bilim's own (15 letters or more, between
 * placeholders) that the catalog of another language has and that of this one has not. `theirs`: what people wrote.
 */
export function foreignIn(language: string, texts: string[], theirs: string[]): string[] {
  const bare = texts.map((text) => theirs.reduce((rest, words) => rest.replaceAll(words, ''), text));
  const letters = SCRIPTS.filter((script) => script !== SCRIPT_OF[language]);
  const all = bare.join('\n');
  const own = PHRASES.get(language)!.join('\n');
  const others = (Object.keys(TITLE) as (keyof Titles)[]).filter((code) => code !== language);
  return [
    ...bare.filter((text) => letters.some((script) => new RegExp(`\\p{Script=${script}}`, 'u').test(text))),
    ...others
      .flatMap((code) => [TITLE[code], ...PHRASES.get(code)!])
      .filter((phrase) => all.includes(phrase) && !own.includes(phrase)),
  ];
}

function readPhrases(language: string): string[] {
  const folder = join(ROOT, 'locales', language);
  const leaves = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values(value as Record<string, unknown>).flatMap(leaves);
  return readdirSync(folder)
    .flatMap((file) => leaves(JSON.parse(readFileSync(join(folder, file), 'utf8'))))
    .flatMap((text) => text.split(/\{\{.*?\}\}|<[^>]*>|\n/))
    .map((phrase) => phrase.trim())
    .filter((phrase) => phrase.length >= 15);
}
