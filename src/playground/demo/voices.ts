/** What the people of the demo have said and were sent. All of it is invented. */

/** Relevance, content, speakers, organization from 1 to 5, and the recommendation from 0 to 10; given in turn. */
export const RATED: [number, number, number, number, number][] = [
  [5, 5, 5, 4, 10],
  [5, 4, 5, 5, 9],
  [4, 4, 4, 4, 8],
  [5, 5, 4, 5, 10],
  [4, 5, 5, 3, 9],
  [3, 4, 4, 4, 7],
  [5, 5, 5, 5, 10],
  [4, 3, 4, 5, 6],
  [5, 4, 5, 4, 9],
];

/** Given in turn; a gap is a question that was skipped. */
export const USEFUL: (string | null)[] = [
  'Seeing how agencies exchange data without paper.',
  'Разбор реальных услуг вместе с коллегами из других стран.',
  null,
  'Нақты мысалдар мен тікелей сұрақ-жауап.',
  'Boshqa mamlakatlardagi hamkasblar tajribasi.',
  null,
  '현장 방문과 담당 공무원과의 대화가 유익했습니다.',
  'Real nümunələr əsasında praktiki tapşırıqlar.',
];
export const BETTER: (string | null)[] = [
  null,
  'Больше времени на практику и вопросы.',
  null,
  'Send the materials a week before the event.',
  null,
  'Көбүрөөк практикалык тапшырмалар болсо.',
];

/** Follow-up surveys, months later; given in turn. */
export const FOLLOWED_UP = [
  {
    applied: 'partly',
    examples: 'Мы сократили заявление на пособие с 14 полей до 6.',
    changes: 'Ошибок в заявлениях стало втрое меньше.',
    obstacles: ['time', 'rules'],
    support: 'Примеры нормативных актов об обмене данными.',
  },
  {
    applied: 'fully',
    examples: 'Two services now reuse data that citizens have given before.',
    changes: 'The waiting time went down from five days to one.',
    obstacles: ['nothing'],
    support: null,
  },
  { applied: 'not_yet', obstacles: ['budget', 'management'], support: 'A model of costs for our leadership.' },
  {
    applied: 'partly',
    examples: 'Xodimlarimiz uchun kiberxavfsizlik boʻyicha qisqa kurs tayyorladik.',
    changes: null,
    obstacles: ['technology'],
    support: 'Trening materiallari oʻzbek tilida.',
  },
  {
    applied: 'fully',
    examples: 'We test every new form with five citizens before we publish it.',
    changes: 'Fewer calls to the contact centre.',
    obstacles: ['time'],
    support: null,
  },
];

/** What people wrote when they registered for the workshop; a gap was skipped. */
export const WISHES: (string | null)[] = [
  'Балабақшаға кезекке тұру',
  null,
  'Жеке ишкердүүлүктү каттоо',
  'Бақайдгирии тавлиди кӯдак',
  null,
  'Manzilni oʻzgartirish haqida ariza',
  'Doğum haqqında şəhadətnamə',
  null,
  'Թափոնների կառավարման դիմում',
  'მშენებლობის ნებართვა',
];

export const POLL = {
  question: 'Which topic should the next study visit go deeper into?',
  options: ['Artificial intelligence', 'Personal data protection', 'Data exchange', 'Cybersecurity'],
  /** By position, in turn; a gap did not vote. */
  votes: [0, 0, 2, 1, 0, 3, null, 2, 0, 1, 0, 2, null],
};

export const ANNOUNCEMENT = [
  {
    language: 'en',
    body: 'Dear colleagues,\n\nregistration for the workshop “Designing digital public services” in Astana is open. There are 25 seats. The event is listed under /events.',
  },
  {
    language: 'ru',
    body: 'Уважаемые коллеги!\n\nОткрыта регистрация на воркшоп «Проектирование цифровых государственных услуг» в Астане. Мест: 25. Мероприятие — в списке /events.',
  },
  {
    language: 'kk',
    body: 'Құрметті әріптестер!\n\nАстанадағы «Цифрлық мемлекеттік көрсетілетін қызметтерді жобалау» практикалық семинарына тіркелу ашық. Орын саны: 25. Іс-шара мына тізімде: /events.',
  },
];

/** From another alumna to the one on the page: she finds it in her chat when the page is opened for the first time. */
export const CONTACT = {
  fromLatin: 'YOLDOSHEVA NILUFAR',
  body: 'Hello Anahit! We are building an assistant for our single portal and would like to hear how you handle citizens’ applications. Could we talk next week?',
};
