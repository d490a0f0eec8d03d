/** Sessions of the demo's events, in a day or two: what is on the agenda, and who was where. */
import { eq } from 'drizzle-orm';
import type { Tx } from '../../db/connect.ts';
import { attendance, registration, session, sessionText } from '../../db/schema.ts';
import type { Held } from './insert.ts';

type Texts = Record<string, string>;
type DemoSession = { day: number; from: string; to: string; titles: Texts; speakers?: string; place?: string };

const OPENING: Texts = {
  en: 'Opening',
  ru: 'Открытие',
  kk: 'Ашылуы',
  ky: 'Ачылышы',
  tg: 'Ифтитоҳ',
  uz: 'Ochilish',
  az: 'Açılış',
  hy: 'Բացում',
  ka: 'გახსნა',
  ko: '개회',
};

/** By the key of the event; `day` counts from 0. */
const SESSIONS: Record<string, DemoSession[]> = {
  workshop: [
    { day: 0, from: '10:00', to: '10:30', titles: OPENING, place: 'Hall 1' },
    {
      day: 0,
      from: '10:30',
      to: '12:00',
      titles: {
        en: 'What people need of a service, and how to ask them',
        ru: 'Что людям нужно от услуги и как их об этом спросить',
        kk: 'Адамдарға қызметтен не керек және оны қалай сұрау керек',
        ko: '이용자가 서비스에 바라는 것과 묻는 방법',
      },
      speakers: 'Liis Tamm, Tallinn',
      place: 'Hall 1',
    },
    {
      day: 0,
      from: '13:00',
      to: '14:30',
      titles: {
        en: 'Practice: the way of one application through an agency',
        ru: 'Практика: путь одного заявления через ведомство',
        kk: 'Практика: бір өтініштің мекемедегі жолы',
        ko: '실습: 민원 하나가 처리되는 과정',
      },
      speakers: 'Kim Seoyeon, NIA\nSeidakhmetova Aigerim',
      place: 'Room 204',
    },
    {
      day: 0,
      from: '15:00',
      to: '17:00',
      titles: {
        en: 'Each group presents its service',
        ru: 'Группы представляют свои услуги',
        kk: 'Топтар өз қызметтерін таныстырады',
        ko: '조별 서비스 발표',
      },
      place: 'Hall 1',
    },
  ],
  visit: [
    { day: 0, from: '09:00', to: '09:30', titles: OPENING },
    {
      day: 0,
      from: '10:00',
      to: '12:00',
      titles: {
        en: 'Artificial intelligence in the call centres of the government',
        ru: 'Искусственный интеллект в государственных центрах обращений',
        ko: '정부 콜센터의 인공지능',
      },
      speakers: 'Park Jiho, NIA',
    },
    {
      day: 0,
      from: '14:00',
      to: '16:30',
      titles: {
        en: 'Visit: the national data centre',
        ru: 'Посещение национального центра данных',
        ko: '국가 데이터센터 방문',
      },
      place: 'Daejeon',
    },
    {
      day: 1,
      from: '09:30',
      to: '12:00',
      titles: {
        en: 'The law on artificial intelligence, and who answers for a mistake',
        ru: 'Закон об искусственном интеллекте и ответственность за ошибки',
        ko: '인공지능법과 오류에 대한 책임',
      },
      speakers: 'Choi Minseo, MOIS',
    },
    {
      day: 1,
      from: '14:00',
      to: '17:00',
      titles: {
        en: 'Practice: a project for one’s own country',
        ru: 'Практика: проект для своей страны',
        ko: '실습: 자국을 위한 프로젝트',
      },
    },
  ],
  platform: [
    { day: 0, from: '09:00', to: '09:30', titles: OPENING },
    {
      day: 0,
      from: '10:00',
      to: '12:00',
      titles: {
        en: 'The Digital Government Platform: how it is built',
        ru: 'Как устроена Платформа цифрового правительства',
        ko: '디지털정부 플랫폼의 구조',
      },
      speakers: 'Park Jiho, NIA',
    },
    {
      day: 1,
      from: '09:30',
      to: '12:00',
      titles: {
        en: 'Personal data protection in practice',
        ru: 'Защита персональных данных на практике',
        ko: '개인정보 보호 실무',
      },
    },
    {
      day: 1,
      from: '14:00',
      to: '16:00',
      titles: { en: 'Cybersecurity: an exercise', ru: 'Кибербезопасность: учения', ko: '사이버 보안 모의훈련' },
      speakers: 'Choi Minseo, MOIS',
    },
  ],
};

export async function insertSessions(tx: Tx, events: Held[], now: Temporal.Instant): Promise<void> {
  for (const held of events) {
    const made: number[] = [];
    for (const { day, from, to, titles, speakers = null, place = null } of SESSIONS[held.key] ?? []) {
      const first = held.beginsAt.toZonedDateTimeISO(held.zone).toPlainDate();
      const at = (time: string) =>
        first.add({ days: day }).toZonedDateTime({ timeZone: held.zone, plainTime: time }).toInstant();
      const [row] = await tx
        .insert(session)
        .values({ eventId: held.id, beginsAt: at(from), endsAt: at(to), speakers, place, changedAt: now })
        .returning();
      const texts = Object.entries(titles).map(([language, title]) => ({ sessionId: row!.id, language, title }));
      await tx.insert(sessionText).values(texts);
      made.push(row!.id);
    }
    if (made.length > 0 && Temporal.Instant.compare(held.endsAt, now) < 0) await insertAttendance(tx, held, made);
  }
}

/** Who attended was at most sessions, and who did not at none: as the event's own mark says, which follows from these. */
async function insertAttendance(tx: Tx, held: Held, sessions: number[]): Promise<void> {
  const rows = await tx.select().from(registration).where(eq(registration.eventId, held.id));
  const marks = rows.flatMap(({ id, attended }, i) =>
    sessions.map((sessionId, j): typeof attendance.$inferInsert => {
      const missed = j > 0 && (i + j) % 6 === 0;
      const state = !attended ? 'absent' : missed ? (i % 2 ? 'excused' : 'absent') : 'present';
      const by = state === 'present' ? 'code' : 'organizer';
      return { sessionId, registrationId: id, state, by, at: held.endsAt };
    }),
  );
  if (marks.length > 0) await tx.insert(attendance).values(marks);
}
