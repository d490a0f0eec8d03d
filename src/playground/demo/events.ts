/** The programme's events: those its public pages tell of, at times that we made up, and two to come. */
import type { event } from '../../db/schema.ts';
import { headerOf, type FormSpec } from '../../forms/spec/spec.ts';
import type { Programme } from '../../programme.ts';

type Kind = typeof event.$inferInsert.kind;
type Texts = Record<string, string>;

export type DemoEvent = {
  /** Its first letter stands in the people's `went` and `coming`. */
  key: string;
  code: string;
  kind: Kind;
  zone: string;
  beginsAt: Temporal.Instant;
  endsAt: Temporal.Instant;
  deadlineAt?: Temporal.Instant;
  place?: string;
  link?: string;
  seats?: number;
  nominationsUntil?: Temporal.Instant;
  nominees?: number;
  /** What it asks those who register. */
  form?: FormSpec;
  titles: Texts;
  /** Past events have theirs in the languages that were spoken there. */
  descriptions: Texts;
};

const at = (local: string, zone: string) => Temporal.PlainDateTime.from(local).toZonedDateTime(zone).toInstant();

export function pastEvents(): DemoEvent[] {
  return PAST.map(({ begins, ends, ...rest }) => ({
    ...rest,
    beginsAt: at(begins, rest.zone),
    endsAt: at(ends, rest.zone),
  }));
}

type Past = Omit<DemoEvent, 'beginsAt' | 'endsAt'> & { begins: string; ends: string };

const PAST: Past[] = [
  {
    key: 'seminar',
    code: 'seminar2021',
    kind: 'webinar',
    // At UTC+6 then: Kazakhstan moved to +5 in 2024.
    zone: 'Asia/Almaty',
    begins: '2021-11-04T14:00',
    ends: '2021-11-05T17:00',
    link: 'https://meet.example.org/ecosystems',
    titles: {
      en: 'Governance innovation and digitalization: ecosystems and a conducive environment',
      ru: 'Инновации в государственном управлении и цифровизация: экосистемы и благоприятная среда',
      kk: 'Мемлекеттік басқарудағы инновация және цифрландыру: экожүйелер мен қолайлы орта',
      ky: 'Мамлекеттик башкаруудагы инновация жана санариптештирүү: экосистемалар жана жагымдуу чөйрө',
      tg: 'Инноватсия дар идоракунии давлатӣ ва рақамикунонӣ: экосистемаҳо ва муҳити мусоид',
      uz: 'Davlat boshqaruvidagi innovatsiya va raqamlashtirish: ekotizimlar va qulay muhit',
      az: 'Dövlət idarəçiliyində innovasiya və rəqəmsallaşma: ekosistemlər və əlverişli mühit',
      hy: 'Կառավարման նորարարություններ և թվայնացում՝ էկոհամակարգեր և բարենպաստ միջավայր',
      ka: 'ინოვაცია მმართველობაში და დიგიტალიზაცია: ეკოსისტემები და ხელსაყრელი გარემო',
      ko: '공공행정 혁신과 디지털화: 생태계와 우호적 환경',
    },
    descriptions: {
      en: 'The first seminar of the programme, with experts from Estonia, Finland and the Republic of Korea.',
      ru: 'Первый семинар программы с экспертами из Эстонии, Финляндии и Республики Корея.',
      kk: 'Бағдарламаның бірінші семинары: Эстония, Финляндия және Корея Республикасының сарапшылары қатысады.',
    },
  },
  {
    key: 'conference',
    code: 'astana2022',
    kind: 'conference',
    zone: 'Asia/Almaty',
    begins: '2022-06-16T09:30',
    ends: '2022-06-17T16:00',
    place: 'Astana, Abai avenue 33a',
    titles: {
      en: 'Digital transformation of Central Asia and the Caucasus',
      ru: 'Цифровая трансформация Центральной Азии и Кавказа',
      kk: 'Орталық Азия мен Кавказдың цифрлық трансформациясы',
      ky: 'Борбор Азиянын жана Кавказдын санариптик трансформациясы',
      tg: 'Табдили рақамии Осиёи Марказӣ ва Қафқоз',
      uz: 'Markaziy Osiyo va Kavkazning raqamli transformatsiyasi',
      az: 'Mərkəzi Asiyanın və Qafqazın rəqəmsal transformasiyası',
      hy: 'Կենտրոնական Ասիայի և Կովկասի թվային փոխակերպումը',
      ka: 'ცენტრალური აზიისა და კავკასიის ციფრული ტრანსფორმაცია',
      ko: '중앙아시아와 코카서스의 디지털 전환',
    },
    descriptions: {
      en: 'Every country presented a project for its own public services.',
      ru: 'Каждая страна представила проект для своих государственных услуг.',
      kk: 'Әр ел өзінің мемлекеттік көрсетілетін қызметтеріне арналған жобасын таныстырды.',
    },
  },
  {
    key: 'korea',
    code: 'seoul2022',
    kind: 'study_visit',
    zone: 'Asia/Seoul',
    begins: '2022-09-20T09:00',
    ends: '2022-09-22T17:30',
    place: 'Seoul',
    seats: 24,
    titles: {
      en: 'Provision of public services using the latest digital technologies',
      ru: 'Предоставление государственных услуг с помощью новейших цифровых технологий',
      kk: 'Жаңа цифрлық технологиялар арқылы мемлекеттік қызметтер көрсету',
      ky: 'Жаңы санариптик технологиялар менен мамлекеттик кызмат көрсөтүү',
      tg: 'Хизматрасониҳои давлатӣ бо технологияҳои навини рақамӣ',
      uz: 'Eng yangi raqamli texnologiyalar yordamida davlat xizmatlari koʻrsatish',
      az: 'Ən yeni rəqəmsal texnologiyalarla dövlət xidmətlərinin göstərilməsi',
      hy: 'Հանրային ծառայությունների մատուցում նորագույն թվային տեխնոլոգիաներով',
      ka: 'საჯარო სერვისების მიწოდება უახლესი ციფრული ტექნოლოგიებით',
      ko: '최신 디지털 기술을 활용한 공공서비스 제공',
    },
    descriptions: {
      en: 'Three days: cloud, cybersecurity, artificial intelligence, digital identity and blockchain-based services.',
      ru: 'Три дня: облачные технологии, кибербезопасность, искусственный интеллект, цифровая идентификация и услуги на основе блокчейна.',
      ko: '3일 과정: 클라우드, 사이버 보안, 인공지능, 디지털 신원, 블록체인 기반 서비스.',
    },
  },
  {
    key: 'tbilisi',
    code: 'tbilisi2023',
    kind: 'training',
    zone: 'Asia/Tbilisi',
    begins: '2023-10-17T10:00',
    ends: '2023-10-19T16:00',
    place: 'Tbilisi',
    titles: {
      en: 'Capacity building in digital government',
      ru: 'Развитие потенциала в сфере цифрового правительства',
      kk: 'Цифрлық үкімет саласындағы әлеуетті арттыру',
      ky: 'Санариптик өкмөт жаатындагы потенциалды жогорулатуу',
      tg: 'Тақвияти иқтидор дар соҳаи ҳукумати рақамӣ',
      uz: 'Raqamli hukumat sohasida salohiyatni oshirish',
      az: 'Rəqəmsal hökumət sahəsində potensialın artırılması',
      hy: 'Կարողությունների զարգացում թվային կառավարության ոլորտում',
      ka: 'შესაძლებლობების განვითარება ციფრული მთავრობის სფეროში',
      ko: '디지털정부 역량 강화',
    },
    descriptions: {
      en: 'Three days on the strategy, the law and the services of a digital government.',
      ru: 'Три дня о стратегии, праве и услугах цифрового правительства.',
      ka: 'სამი დღე ციფრული მთავრობის სტრატეგიაზე, სამართალსა და სერვისებზე.',
    },
  },
  {
    key: 'platform',
    code: 'seoul2025',
    kind: 'study_visit',
    zone: 'Asia/Seoul',
    begins: '2025-09-15T09:00',
    ends: '2025-09-19T17:30',
    place: 'Seoul and Daejeon',
    seats: 32,
    titles: {
      en: 'Digital Government Platform, cybersecurity and artificial intelligence',
      ru: 'Платформа цифрового правительства, кибербезопасность и искусственный интеллект',
      kk: 'Цифрлық үкімет платформасы, киберқауіпсіздік және жасанды интеллект',
      ky: 'Санариптик өкмөт платформасы, киберкоопсуздук жана жасалма интеллект',
      tg: 'Платформаи ҳукумати рақамӣ, амнияти киберӣ ва зеҳни сунъӣ',
      uz: 'Raqamli hukumat platformasi, kiberxavfsizlik va sunʼiy intellekt',
      az: 'Rəqəmsal hökumət platforması, kibertəhlükəsizlik və süni intellekt',
      hy: 'Թվային կառավարության հարթակ, կիբերանվտանգություն և արհեստական բանականություն',
      ka: 'ციფრული მთავრობის პლატფორმა, კიბერუსაფრთხოება და ხელოვნური ინტელექტი',
      ko: '디지털정부 플랫폼, 사이버 보안과 인공지능',
    },
    descriptions: {
      en: 'A week at government agencies: the Digital Government Platform, personal data protection, AI in digital services.',
      ru: 'Неделя в государственных органах: платформа цифрового правительства, защита персональных данных, искусственный интеллект в цифровых услугах.',
      ko: '정부 기관에서의 한 주: 디지털정부 플랫폼, 개인정보 보호, 디지털 서비스의 인공지능.',
    },
  },
];

/** Two to come: a workshop with three seats left, in about eight days, and a study visit in about six weeks. */
export function comingEvents(programme: Programme, now: Temporal.Instant): DemoEvent[] {
  const day = (zone: string, days: number) => weekday(now.toZonedDateTimeISO(zone).toPlainDate().add({ days }));
  const hour = (date: Temporal.PlainDate, zone: string, time: string) =>
    date.toZonedDateTime({ timeZone: zone, plainTime: time }).toInstant();
  const [astana, seoul] = ['Asia/Almaty', 'Asia/Seoul'];
  const workshop = day(astana, 8);
  const arrival = day(seoul, 42);
  const visit = arrival.subtract({ days: arrival.dayOfWeek - 1 });
  return [
    {
      key: 'workshop',
      code: 'services',
      kind: 'workshop',
      zone: astana,
      beginsAt: hour(workshop, astana, '10:00'),
      endsAt: hour(workshop, astana, '17:00'),
      deadlineAt: hour(workshop.subtract({ days: 1 }), astana, '18:00'),
      place: 'Astana, Abai avenue 33a',
      seats: 25,
      form: formOf(programme),
      titles: {
        en: 'Designing digital public services',
        ru: 'Проектирование цифровых государственных услуг',
        kk: 'Цифрлық мемлекеттік көрсетілетін қызметтерді жобалау',
        ky: 'Санариптик мамлекеттик кызмат көрсөтүүлөрдү долбоорлоо',
        tg: 'Тарҳрезии хизматрасониҳои давлатии рақамӣ',
        uz: 'Raqamli davlat xizmatlarini loyihalash',
        az: 'Rəqəmsal dövlət xidmətlərinin layihələndirilməsi',
        hy: 'Թվային հանրային ծառայությունների նախագծում',
        ka: 'ციფრული საჯარო სერვისების დაპროექტება',
        ko: '디지털 공공서비스 설계',
      },
      descriptions: {
        en: 'A day of practice: step by step, participants redesign a public service of their own agency, with experts from the Republic of Korea and Estonia.',
        ru: 'День практики: участники шаг за шагом перепроектируют одну из услуг своего государственного органа вместе с экспертами из Республики Корея и Эстонии.',
        kk: 'Бір күндік практика: қатысушылар Корея Республикасы мен Эстония сарапшыларымен бірге өз органының бір қызметін кезең-кезеңімен қайта жобалайды.',
        ky: 'Бир күндүк практика: катышуучулар Корея Республикасынын жана Эстониянын эксперттери менен бирге өз органынын бир кызматын кадам сайын кайра долбоорлошот.',
        tg: 'Як рӯзи амалӣ: иштирокчиён бо коршиносони Ҷумҳурии Корея ва Эстония як хизматрасонии мақоми худро қадам ба қадам аз нав тарҳрезӣ мекунанд.',
        uz: 'Bir kunlik amaliyot: ishtirokchilar Koreya Respublikasi va Estoniya ekspertlari bilan birga oʻz organining bir xizmatini bosqichma-bosqich qayta loyihalashtiradi.',
        az: 'Bir günlük praktika: iştirakçılar Koreya Respublikası və Estoniya ekspertləri ilə birlikdə öz qurumlarının bir xidmətini addım-addım yenidən layihələndirirlər.',
        hy: 'Մեկօրյա պրակտիկա՝ մասնակիցները Կորեայի Հանրապետության և Էստոնիայի փորձագետների հետ քայլ առ քայլ վերանախագծում են իրենց մարմնի ծառայություններից մեկը։',
        ka: 'ერთდღიანი პრაქტიკა: მონაწილეები კორეის რესპუბლიკისა და ესტონეთის ექსპერტებთან ერთად ნაბიჯ-ნაბიჯ ხელახლა აპროექტებენ თავიანთი უწყების ერთ სერვისს.',
        ko: '하루 실습: 참가자들이 대한민국과 에스토니아 전문가와 함께 소속 기관의 공공서비스 하나를 단계별로 다시 설계합니다.',
      },
    },
    {
      key: 'visit',
      code: 'seoul-ai',
      kind: 'study_visit',
      zone: seoul,
      beginsAt: hour(visit, seoul, '09:00'),
      endsAt: hour(visit.add({ days: 4 }), seoul, '17:00'),
      deadlineAt: hour(day(seoul, 21), seoul, '18:00'),
      place: 'Seoul',
      seats: 20,
      nominationsUntil: hour(day(seoul, 14), seoul, '18:00'),
      nominees: 3,
      titles: {
        en: 'Artificial intelligence in public services',
        ru: 'Искусственный интеллект в государственных услугах',
        kk: 'Мемлекеттік көрсетілетін қызметтердегі жасанды интеллект',
        ky: 'Мамлекеттик кызмат көрсөтүүлөрдөгү жасалма интеллект',
        tg: 'Зеҳни сунъӣ дар хизматрасониҳои давлатӣ',
        uz: 'Davlat xizmatlarida sunʼiy intellekt',
        az: 'Dövlət xidmətlərində süni intellekt',
        hy: 'Արհեստական բանականությունը հանրային ծառայություններում',
        ka: 'ხელოვნური ინტელექტი საჯარო სერვისებში',
        ko: '공공서비스와 인공지능',
      },
      descriptions: {
        en: 'Five days at government agencies of the Republic of Korea. Every participant prepares a project for their own country.',
        ru: 'Пять дней в государственных органах Республики Корея. Каждый участник готовит проект для своей страны.',
        kk: 'Корея Республикасының мемлекеттік органдарында бес күн. Әр қатысушы өз елі үшін жоба дайындайды.',
        ky: 'Корея Республикасынын мамлекеттик органдарында беш күн. Ар бир катышуучу өз өлкөсү үчүн долбоор даярдайт.',
        tg: 'Панҷ рӯз дар мақомоти давлатии Ҷумҳурии Корея. Ҳар иштирокчӣ барои кишвари худ лоиҳа омода мекунад.',
        uz: 'Koreya Respublikasi davlat organlarida besh kun. Har bir ishtirokchi oʻz mamlakati uchun loyiha tayyorlaydi.',
        az: 'Koreya Respublikasının dövlət orqanlarında beş gün. Hər iştirakçı öz ölkəsi üçün layihə hazırlayır.',
        hy: 'Հինգ օր Կորեայի Հանրապետության պետական մարմիններում։ Յուրաքանչյուր մասնակից իր երկրի համար նախագիծ է պատրաստում։',
        ka: 'ხუთი დღე კორეის რესპუბლიკის სახელმწიფო უწყებებში. ყოველი მონაწილე პროექტს ამზადებს თავისი ქვეყნისთვის.',
        ko: '대한민국 정부 기관에서의 5일. 참가자는 자국을 위한 프로젝트를 준비합니다.',
      },
    },
  ];
}

/** Events are not on weekends: then the Monday after. */
function weekday(date: Temporal.PlainDate): Temporal.PlainDate {
  return date.dayOfWeek <= 5 ? date : date.add({ days: 8 - date.dayOfWeek });
}

const TOPICS = ['public_service_design', 'artificial_intelligence', 'personal_data_protection'];

function formOf({ expertise, languages }: Programme): FormSpec {
  const topics = expertise
    .filter(({ key }) => TOPICS.includes(key))
    .map(({ key, names }) => ({ name: key, label: names }));
  const items: FormSpec['items'] = [
    {
      name: 'topic',
      type: 'select_one',
      list: 'topics',
      required: true,
      label: {
        en: 'Which topic matters most to you?',
        ru: 'Какая тема для Вас важнее всего?',
        kk: 'Сіз үшін қай тақырып маңыздырақ?',
        ky: 'Сиз үчүн кайсы тема маанилүүрөөк?',
        tg: 'Кадом мавзуъ барои Шумо муҳимтар аст?',
        uz: 'Siz uchun qaysi mavzu muhimroq?',
        az: 'Sizin üçün hansı mövzu daha vacibdir?',
        hy: 'Ո՞ր թեման է Ձեզ համար ամենակարևորը',
        ka: 'რომელი თემაა თქვენთვის ყველაზე მნიშვნელოვანი?',
        ko: '가장 관심 있는 주제는 무엇입니까?',
      },
    },
    {
      name: 'service',
      type: 'text',
      as: 'multiline',
      label: {
        en: 'Which service would you like to redesign?',
        ru: 'Какую услугу Вы хотели бы перепроектировать?',
        kk: 'Қай қызметті қайта жобалағыңыз келеді?',
        ky: 'Кайсы кызматты кайра долбоорлогуңуз келет?',
        tg: 'Кадом хизматрасониро аз нав тарҳрезӣ кардан мехоҳед?',
        uz: 'Qaysi xizmatni qayta loyihalashtirmoqchisiz?',
        az: 'Hansı xidməti yenidən layihələndirmək istəyirsiniz?',
        hy: 'Ո՞ր ծառայությունը կցանկանայիք վերանախագծել',
        ka: 'რომელი სერვისის ხელახლა დაპროექტება გსურთ?',
        ko: '어떤 서비스를 다시 설계하고 싶으십니까?',
      },
    },
  ];
  return {
    languages: languages.map((code) => ({ code, header: headerOf(code) })),
    items,
    choices: { topics },
    settings: {},
  };
}
