import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { criterion, event, registration, registrationChange, review, role, shortlist } from '../../db/schema.ts';
import { saveVersion } from '../../features/forms/store.ts';
import { headerOf, type Item } from '../../forms/spec/spec.ts';
import type { Held, Known } from './insert.ts';

/*
 * The study visit to come is a selection under way: who has a seat keeps it, five more have applied, two colleagues from the
 * host country score them, and an organizer has begun a shortlist.
 */

const QUESTIONS = {
  motivation: {
    en: 'Why do you want to take part?',
    ru: 'Почему Вы хотите участвовать?',
    kk: 'Неліктен қатысқыңыз келеді?',
    ky: 'Эмне үчүн катышкыңыз келет?',
    tg: 'Чаро мехоҳед иштирок кунед?',
    uz: 'Nega ishtirok etmoqchisiz?',
    az: 'Niyə iştirak etmək istəyirsiniz?',
    hy: 'Ինչո՞ւ եք ցանկանում մասնակցել։',
    ka: 'რატომ გსურთ მონაწილეობა?',
    ko: '참가를 희망하는 이유는 무엇입니까?',
  },
  project_idea: {
    en: 'Which project would you carry out at home afterwards? Please describe the idea.',
    ru: 'Какой проект Вы осуществили бы потом у себя? Опишите, пожалуйста, идею.',
    kk: 'Содан кейін өз еліңізде қандай жобаны іске асырар едіңіз? Идеяңызды сипаттаңыз.',
    ky: 'Андан кийин өз өлкөңүздө кайсы долбоорду ишке ашырат элеңиз? Идеяңызды сүрөттөп бериңиз.',
    tg: 'Баъд дар кишвари худ кадом лоиҳаро амалӣ мекардед? Лутфан, ғояро тавсиф кунед.',
    uz: 'Keyin oʻz mamlakatingizda qanday loyihani amalga oshirasiz? Gʻoyani tasvirlab bering.',
    az: 'Sonra öz ölkənizdə hansı layihəni həyata keçirərdiniz? Zəhmət olmasa, ideyanı təsvir edin.',
    hy: 'Ի՞նչ նախագիծ կիրականացնեիք Ձեր երկրում դրանից հետո։ Խնդրում ենք նկարագրել գաղափարը։',
    ka: 'რა პროექტს განახორციელებდით შემდეგ თქვენს ქვეყანაში? გთხოვთ, აღწეროთ იდეა.',
    ko: '이후 자국에서 어떤 프로젝트를 추진하고 싶으십니까? 아이디어를 설명해 주세요.',
  },
};

const CRITERIA = [
  {
    en: 'Motivation',
    ru: 'Мотивация',
    kk: 'Уәж',
    ky: 'Жүйө',
    tg: 'Ангеза',
    uz: 'Motivatsiya',
    az: 'Motivasiya',
    hy: 'Մոտիվացիա',
    ka: 'მოტივაცია',
    ko: '지원 동기',
  },
  {
    en: 'Project idea',
    ru: 'Идея проекта',
    kk: 'Жоба идеясы',
    ky: 'Долбоор идеясы',
    tg: 'Ғояи лоиҳа',
    uz: 'Loyiha gʻoyasi',
    az: 'Layihə ideyası',
    hy: 'Նախագծի գաղափար',
    ka: 'პროექტის იდეა',
    ko: '프로젝트 아이디어',
  },
  {
    en: 'Relevance to the job',
    ru: 'Связь с работой',
    kk: 'Жұмысына қатысы',
    ky: 'Жумушуна тиешелүүлүгү',
    tg: 'Алоқамандӣ бо кор',
    uz: 'Ishiga aloqadorligi',
    az: 'İşə uyğunluq',
    hy: 'Կապն աշխատանքի հետ',
    ka: 'კავშირი სამსახურთან',
    ko: '업무 관련성',
  },
  {
    en: 'Ability to pass it on',
    ru: 'Способность передать знания другим',
    kk: 'Білімін бөлісу қабілеті',
    ky: 'Билимин бөлүшүү жөндөмү',
    tg: 'Қобилияти паҳн кардани дониш',
    uz: 'Bilimni ulashish qobiliyati',
    az: 'Biliyi bölüşmək bacarığı',
    hy: 'Գիտելիքը փոխանցելու կարողություն',
    ka: 'ცოდნის გაზიარების უნარი',
    ko: '지식 공유 역량',
  },
];

/** Who applies, what they write, and the points that the first reviewer gave, then the second; the last is still to be scored. */
const APPLICANTS: { latin: string; motivation: string; project: string; points: number[][] }[] = [
  {
    latin: 'ASANOVA AIPERI',
    motivation: 'Ачык маалыматты жасалма интеллект менен кантип сапаттуу кылууну көргүм келет.',
    project: 'Порталдагы маалыматтын каталарын өзү табуучу жардамчы.',
    points: [
      [5, 4, 5, 4],
      [4, 4, 5, 4],
    ],
  },
  {
    latin: 'RAHIMZODA FARZONA',
    motivation: 'Мехоҳам бинам, ки мақомоти Корея чӣ гуна маълумотро мубодила мекунанд.',
    project: 'Санҷиши шахсият барои хизматрасониҳо бе ҳуҷҷати коғазӣ.',
    points: [
      [4, 5, 4, 3],
      [5, 5, 4, 4],
    ],
  },
  {
    latin: 'YOLDOSHEVA NILUFAR',
    motivation: 'Yagona portal uchun yordamchi yaratyapmiz, boshqalarning xatolaridan saboq olmoqchiman.',
    project: 'Portalda savollarga ikki tilda javob beradigan yordamchi.',
    points: [
      [5, 5, 5, 5],
      [3, 4, 5, 3],
    ],
  },
  {
    latin: 'MAMMADZADA AYNUR',
    motivation: 'Xidmət mərkəzlərində növbələri süni intellektlə azaltmaq istəyirik.',
    project: 'Növbələri əvvəlcədən hesablayan model.',
    points: [[4, 3, 4, 5]],
  },
  {
    latin: 'GHVINIASHVILI TAMAR',
    motivation: 'მინდა ვნახო, როგორ ცვლიან უწყებები მონაცემებს უსაფრთხოდ.',
    project: 'მონაცემთა გაცვლის წესები სამი უწყებისთვის.',
    points: [],
  },
];
const REVIEWERS = ['PARK JUNSEO', 'KIM DOYUL'];

export async function insertSelection(
  tx: Tx,
  visit: Held,
  people: Known[],
  by: Known,
  now: Temporal.Instant,
): Promise<void> {
  const eventId = visit.id;
  const known = (latin: string) => people.find((one) => one.latin === latin)!;
  const scoresUntil = visit.deadlineAt!.add({ hours: 24 * 7 });
  await tx
    .update(event)
    .set({ selective: true, moderated: true, offerHours: 72, scoresUntil })
    .where(eq(event.id, eventId));
  const criteria = await tx
    .insert(criterion)
    .values(CRITERIA.map((title, i) => ({ eventId, position: i + 1, title })))
    .returning();
  const items = Object.entries(QUESTIONS).map(([name, label]): Item => ({
    type: 'text',
    as: 'multiline',
    name,
    label,
    required: true,
  }));
  const languages = Object.keys(QUESTIONS.motivation).map((code) => ({ code, header: headerOf(code) }));
  const spec = { languages, items, choices: {}, settings: {} };
  const use = { eventId, purpose: 'registration' } as const;
  const made = await saveVersion(tx, use, spec, { was: null, by: by.row.id, now });
  const formVersionId = made.kind === 'saved' ? made.version.id : null;
  await tx.insert(role).values(
    REVIEWERS.map((latin) => ({
      kind: 'reviewer' as const,
      eventId,
      personId: known(latin).row.id,
      invitedBy: by.row.id,
      since: now.subtract({ hours: 72 }),
    })),
  );
  for (const [i, { latin, motivation, project, points }] of APPLICANTS.entries()) {
    const { row } = known(latin);
    const at = now.subtract({ hours: 24 * 5 - i * 7 });
    const answers = { motivation, project_idea: project };
    const status = 'pending' as const;
    const applied = { eventId, personId: row.id, country: row.country, status, answers, formVersionId };
    const [one] = await tx
      .insert(registration)
      .values({ ...applied, createdAt: at, changedAt: at })
      .returning();
    await tx.insert(registrationChange).values({ registrationId: one!.id, at, by: 'person', to: status });
    for (const [who, given] of points.entries())
      await tx.insert(review).values({
        registrationId: one!.id,
        reviewerId: known(REVIEWERS[who]!).row.id,
        points: Object.fromEntries(criteria.map(({ id }, k) => [id, given[k]!])),
        at: now.subtract({ hours: 30 - who * 20 - i }),
      });
    if (i === 0) await tx.insert(shortlist).values({ registrationId: one!.id, position: 1, byId: by.row.id, at: now });
  }
}
