/**
 * The people of the demo. All are invented; any resemblance is chance. Their Telegram ids lie in ranges of their own, so
 * that whoever looks at a database sees at once that it holds the demo.
 */

/** `name` as they write it in full, `first` and `last` as in their Telegram profile, `latin` as in the passport. */
export type Named = { name: string; first: string; last: string; latin: string };

/** Somebody who has not written to the bot yet: Telegram knows them, the programme does not. */
export type Newcomer = Named & { id: number; language: string; zone: string };

export type DemoPerson = Named & {
  id: number;
  country: string;
  language: string;
  /** Places in lists: of the country's agencies in programme.json, and of POSITIONS. */
  agency: number;
  position: number;
  /** Events by the first letters of their keys in events.ts; a capital: had a seat and did not come. */
  went: string;
  coming: string;
  shows?: { expertise: string[]; about?: string };
};

const FIRST_ID = 7_000_000_100;

/** By id: who organizes, and who is on the page when it is opened for the first time. */
export const CAST = { organizer: 7_000_000_100, coOrganizer: 7_000_000_140, alumna: 7_000_000_130 };

const named = (name: string, last: string, first: string, latin: string): Named => ({ name, first, last, latin });

export const NEWCOMERS: Newcomer[] = [
  {
    ...named('Сейдахметова Айгерім', 'Сейдахметова', 'Айгерім', 'SEIDAKHMETOVA AIGERIM'),
    id: 7_000_000_001,
    language: 'kk',
    zone: 'Asia/Almaty',
  },
  {
    ...named('Hamidova Nodira', 'Hamidova', 'Nodira', 'HAMIDOVA NODIRA'),
    id: 7_000_000_002,
    language: 'uz',
    zone: 'Asia/Tashkent',
  },
  {
    ...named('ნინო ქარცივაძე', 'ქარცივაძე', 'ნინო', 'KARTSIVADZE NINO'),
    id: 7_000_000_003,
    language: 'ka',
    zone: 'Asia/Tbilisi',
  },
];

/** Who "a new person" is: taken in turn by language. Languages without a list share the first. */
export const SPARE: Record<string, Named[]> = {
  ru: [
    named('Ахметжанова Сауле', 'Ахметжанова', 'Сауле', 'AKHMETZHANOVA SAULE'),
    named('Каримзода Ситора', 'Каримзода', 'Ситора', 'KARIMZODA SITORA'),
    named('Алламуратова Гулайым', 'Алламуратова', 'Гулайым', 'ALLAMURATOVA GULAYIM'),
  ],
  en: [
    named('Sona Minasbekyan', 'Minasbekyan', 'Sona', 'MINASBEKYAN SONA'),
    named('Tea Kupradze', 'Kupradze', 'Tea', 'KUPRADZE TEA'),
    named('Zahra Mustafabayli', 'Mustafabayli', 'Zahra', 'MUSTAFABAYLI ZAHRA'),
  ],
  kk: [
    named('Ахметжанова Сәуле', 'Ахметжанова', 'Сәуле', 'AKHMETZHANOVA SAULE'),
    named('Кәрімбаева Назгүл', 'Кәрімбаева', 'Назгүл', 'KARIMBAYEVA NAZGUL'),
  ],
  ky: [
    named('Турдубаева Мээрим', 'Турдубаева', 'Мээрим', 'TURDUBAEVA MEERIM'),
    named('Исакова Чолпон', 'Исакова', 'Чолпон', 'ISAKOVA CHOLPON'),
    named('Сагынбаева Айзада', 'Сагынбаева', 'Айзада', 'SAGYNBAEVA AIZADA'),
  ],
  tg: [
    named('Тағоева Шаҳло', 'Тағоева', 'Шаҳло', 'TAGHOEVA SHAHLO'),
    named('Шукурзода Манижа', 'Шукурзода', 'Манижа', 'SHUKURZODA MANIZHA'),
    named('Низомӣ Анӯша', 'Низомӣ', 'Анӯша', 'NIZOMI ANUSHA'),
  ],
  uz: [
    named('Ismoilova Feruza', 'Ismoilova', 'Feruza', 'ISMOILOVA FERUZA'),
    named('Shomurodova Kamola', 'Shomurodova', 'Kamola', 'SHOMURODOVA KAMOLA'),
    named('Allamuratova Gulayim', 'Allamuratova', 'Gulayim', 'ALLAMURATOVA GULAYIM'),
  ],
  az: [
    named('Şəbnəm Novruzlu', 'Novruzlu', 'Şəbnəm', 'NOVRUZLU SHABNAM'),
    named('Lalə Fərzəliyeva', 'Fərzəliyeva', 'Lalə', 'FARZALIYEVA LALA'),
    named('Zəhra Mustafabəyli', 'Mustafabəyli', 'Zəhra', 'MUSTAFABAYLI ZAHRA'),
  ],
  hy: [
    named('Սոնա Մինասբեկյան', 'Մինասբեկյան', 'Սոնա', 'MINASBEKYAN SONA'),
    named('Եվա Ստամբոլցյան', 'Ստամբոլցյան', 'Եվա', 'STAMBOLTSYAN YEVA'),
    named('Լիլիթ Ձագոյան', 'Ձագոյան', 'Լիլիթ', 'DZAGOYAN LILIT'),
  ],
  ka: [
    named('სალომე ჟვანიძე', 'ჟვანიძე', 'სალომე', 'ZHVANIDZE SALOME'),
    named('თეა კუპრაძე', 'კუპრაძე', 'თეა', 'KUPRADZE TEA'),
    named('სოფიო ცინცაბაძე', 'ცინცაბაძე', 'სოფიო', 'TSINTSABADZE SOPIO'),
  ],
  ko: [
    named('정민재', '정', '민재', 'JEONG MINJAE'),
    named('윤태경', '윤', '태경', 'YOON TAEKYUNG'),
    named('오현우', '오', '현우', 'OH HYUNWOO'),
  ],
};

/** Chief specialist, head of department, deputy director, project manager. */
export const POSITIONS: Record<string, string[]> = {
  en: ['Chief specialist', 'Head of department', 'Deputy director', 'Project manager'],
  ru: ['Главный специалист', 'Начальник отдела', 'Заместитель директора', 'Руководитель проекта'],
  kk: ['Бас маман', 'Бөлім басшысы', 'Директордың орынбасары', 'Жоба жетекшісі'],
  ky: ['Башкы адис', 'Бөлүм башчысы', 'Директордун орун басары', 'Долбоордун жетекчиси'],
  tg: ['Мутахассиси пешбар', 'Сардори шуъба', 'Муовини директор', 'Роҳбари лоиҳа'],
  uz: ['Bosh mutaxassis', 'Boʻlim boshligʻi', 'Direktor oʻrinbosari', 'Loyiha rahbari'],
  az: ['Baş mütəxəssis', 'Şöbə müdiri', 'Direktor müavini', 'Layihə rəhbəri'],
  hy: ['Գլխավոր մասնագետ', 'Բաժնի պետ', 'Տնօրենի տեղակալ', 'Ծրագրի ղեկավար'],
  ka: ['მთავარი სპეციალისტი', 'დეპარტამენტის უფროსი', 'დირექტორის მოადგილე', 'პროექტის მენეჯერი'],
  ko: ['주무관', '과장', '부국장', '프로젝트 매니저'],
};

type Row = [country: string, language: string, ...name: Parameters<typeof named>, agency: number, position: number];
type Way = [went: string, coming: string, expertise?: string[], about?: string];

const ROWS: [...Row, ...Way][] = [
  ['KZ', 'ru', 'Петренко Светлана Викторовна', 'Петренко', 'Светлана', 'PETRENKO SVETLANA', 0, 3, '', ''],
  [
    'KZ',
    'kk',
    'Қуанышбаева Әсел',
    'Қуанышбаева',
    'Әсел',
    'KUANYSHBAYEVA ASSEL',
    1,
    1,
    'sckp',
    '',
    ['digital_government', 'public_service_design'],
    'Мемлекеттік көрсетілетін қызметтерді азаматтың көзімен қайта жобалаймыз. Тәжірибе алмасуға қуаныштымын.',
  ],
  ['KZ', 'kk', 'Төлегенова Гүлнәр Бекқызы', 'Төлегенова', 'Гүлнәр', 'TOLEGENOVA GULNAR', 3, 0, 'sc', 'w'],
  [
    'KZ',
    'kk',
    'Оразалина Меруерт',
    'Оразалина',
    'Меруерт',
    'ORAZALINA MERUYERT',
    0,
    3,
    'tp',
    'v',
    ['human_resources', 'training_civil_servants'],
  ],
  ['KZ', 'kk', 'Ысқақова Жанар', 'Ысқақова', 'Жанар', 'ISKAKOVA ZHANAR', 4, 0, '', 'w'],
  ['KZ', 'ru', 'Сұлтанғазина Динара', 'Сұлтанғазина', 'Динара', 'SULTANGAZINA DINARA', 2, 1, 'cp', 'w'],
  ['KZ', 'kk', 'Шәріпова Ботагөз', 'Шәріпова', 'Ботагөз', 'SHARIPOVA BOTAGOZ', 3, 3, '', 'w'],
  [
    'KG',
    'ky',
    'Асанова Айпери',
    'Асанова',
    'Айпери',
    'ASANOVA AIPERI',
    3,
    1,
    'sck',
    '',
    ['data_governance', 'open_data'],
    'Ачык маалымат порталын жүргүзөм.',
  ],
  ['KG', 'ky', 'Жээнбаева Нургүл', 'Жээнбаева', 'Нургүл', 'ZHEENBAEVA NURGUL', 1, 3, 'p', 'w'],
  ['KG', 'ky', 'Мамбеталиева Гүлзат', 'Мамбеталиева', 'Гүлзат', 'MAMBETALIEVA GULZAT', 0, 0, 't', 'w'],
  [
    'KG',
    'ru',
    'Кадырова Жылдыз',
    'Кадырова',
    'Жылдыз',
    'KADYROVA ZHYLDYZ',
    2,
    2,
    'kt',
    'v',
    ['personal_data_protection'],
    'Занимаюсь защитой персональных данных в реестрах. Буду рада коллегам из соседних стран.',
  ],
  ['KG', 'ky', 'Орозбекова Бегимай', 'Орозбекова', 'Бегимай', 'OROZBEKOVA BEGIMAI', 4, 0, '', 'w'],
  [
    'KG',
    'ky',
    'Талантбек кызы Сезим',
    'Талантбек кызы',
    'Сезим',
    'TALANTBEK KYZY SEZIM',
    1,
    0,
    'p',
    'v',
    ['cybersecurity'],
  ],
  [
    'TJ',
    'tg',
    'Раҳимзода Фарзона',
    'Раҳимзода',
    'Фарзона',
    'RAHIMZODA FARZONA',
    1,
    1,
    'skp',
    '',
    ['digital_identity', 'interoperability'],
  ],
  ['TJ', 'tg', 'Шарипова Мадина', 'Шарипова', 'Мадина', 'SHARIPOVA MADINA', 0, 0, 'c', 'w'],
  [
    'TJ',
    'tg',
    'Ҳакимова Зулфия',
    'Ҳакимова',
    'Зулфия',
    'HAKIMOVA ZULFIYA',
    2,
    2,
    't',
    'v',
    ['training_civil_servants'],
    'Барои хизматчиёни давлатӣ курсҳои рақамӣ омода мекунам.',
  ],
  ['TJ', 'tg', 'Юсуфӣ Нигора', 'Юсуфӣ', 'Нигора', 'YUSUFI NIGORA', 4, 0, '', 'w'],
  ['TJ', 'tg', 'Ғафурова Дилафрӯз', 'Ғафурова', 'Дилафрӯз', 'GHAFUROVA DILAFRUZ', 3, 3, 'P', 'w'],
  [
    'UZ',
    'uz',
    'Yoʻldosheva Nilufar',
    'Yoʻldosheva',
    'Nilufar',
    'YOLDOSHEVA NILUFAR',
    0,
    1,
    'scp',
    '',
    ['artificial_intelligence', 'digital_government'],
    'Yagona portal uchun sunʼiy intellekt asosidagi yordamchi ustida ishlayapmiz.',
  ],
  ['UZ', 'uz', 'Qodirova Dilnoza', 'Qodirova', 'Dilnoza', 'QODIROVA DILNOZA', 2, 3, 'k', 'w'],
  [
    'UZ',
    'uz',
    'Gʻulomova Shahnoza',
    'Gʻulomova',
    'Shahnoza',
    'GULOMOVA SHAHNOZA',
    1,
    2,
    'tp',
    'v',
    ['change_management'],
  ],
  ['UZ', 'uz', 'Ergasheva Malika', 'Ergasheva', 'Malika', 'ERGASHEVA MALIKA', 3, 0, '', 'w'],
  ['UZ', 'ru', 'Saidmurodova Gulchehra', 'Saidmurodova', 'Gulchehra', 'SAIDMURODOVA GULCHEHRA', 4, 1, 'c', 'w'],
  ['UZ', 'uz', 'Tursunova Zilola Anvar qizi', 'Tursunova', 'Zilola', 'TURSUNOVA ZILOLA', 2, 0, '', 'v'],
  [
    'AZ',
    'az',
    'Aynur Məmmədzadə',
    'Məmmədzadə',
    'Aynur',
    'MAMMADZADA AYNUR',
    0,
    2,
    'skp',
    '',
    ['public_service_design', 'innovation_labs'],
    'ASAN xidmət üzrə təcrübəmizi həmkarlarla bölüşməyə hazıram.',
  ],
  ['AZ', 'az', 'Günel Həsənova', 'Həsənova', 'Günel', 'HASANOVA GUNEL', 1, 1, 'ct', 'w'],
  ['AZ', 'az', 'Leyla Cəfərzadə', 'Cəfərzadə', 'Leyla', 'JAFARZADA LEYLA', 2, 3, 't', 'v', ['govtech_procurement']],
  ['AZ', 'az', 'Nərmin Ağayeva', 'Ağayeva', 'Nərmin', 'AGHAYEVA NARMIN', 4, 0, '', 'w'],
  [
    'AZ',
    'en',
    'Sevinc İbrahimxanlı',
    'İbrahimxanlı',
    'Sevinc',
    'IBRAHIMKHANLI SEVINJ',
    2,
    0,
    'p',
    'w',
    ['cloud', 'cybersecurity'],
    'I build cloud infrastructure for public services.',
  ],
  ['AZ', 'az', 'Ülviyyə Süleymanlı', 'Süleymanlı', 'Ülviyyə', 'SULEYMANLI ULVIYYA', 3, 0, '', 'v'],
  [
    'AM',
    'hy',
    'Անահիտ Մելքումյան',
    'Մելքումյան',
    'Անահիտ',
    'MELKUMYAN ANAHIT',
    1,
    1,
    'scktp',
    'v',
    ['artificial_intelligence', 'e_participation'],
    'Մշակում եմ քաղաքացիների դիմումների թվային ծառայություն։ Սիրով կկիսվեմ փորձով։',
  ],
  ['AM', 'hy', 'Լուսինե Հակոբջանյան', 'Հակոբջանյան', 'Լուսինե', 'HAKOBJANYAN LUSINE', 0, 0, 'k', 'w'],
  [
    'AM',
    'hy',
    'Նարինե Ծատուրյան',
    'Ծատուրյան',
    'Նարինե',
    'TSATURYAN NARINE',
    3,
    2,
    'ct',
    'w',
    ['training_civil_servants'],
  ],
  ['AM', 'hy', 'Մարիամ Ջանիբեկյան', 'Ջանիբեկյան', 'Մարիամ', 'JANIBEKYAN MARIAM', 4, 3, 'p', 'v'],
  ['AM', 'hy', 'Շուշան Ղուկասյան', 'Ղուկասյան', 'Շուշան', 'GHUKASYAN SHUSHAN', 2, 0, '', 'w'],
  [
    'GE',
    'ka',
    'თამარ ღვინიაშვილი',
    'ღვინიაშვილი',
    'თამარ',
    'GHVINIASHVILI TAMAR',
    1,
    2,
    'st',
    '',
    ['interoperability', 'digital_identity'],
    'ვმუშაობ უწყებების მონაცემთა გაცვლაზე.',
  ],
  ['GE', 'ka', 'მარიამ ხუციბერიძე', 'ხუციბერიძე', 'მარიამ', 'KHUTSIBERIDZE MARIAM', 2, 1, 'tp', 'w'],
  [
    'GE',
    'en',
    'ანა ჯაფარაშვილი',
    'ჯაფარაშვილი',
    'ანა',
    'JAPARASHVILI ANA',
    0,
    0,
    'k',
    'v',
    ['monitoring_evaluation'],
    'Happy to share how we measure the quality of services.',
  ],
  ['GE', 'ka', 'ეკატერინე ძნელაშვილი', 'ძნელაშვილი', 'ეკატერინე', 'DZNELASHVILI EKATERINE', 3, 0, 't', 'w'],
  ['GE', 'ka', 'ქეთევან ჩიტაშვილი', 'ჩიტაშვილი', 'ქეთევან', 'CHITASHVILI KETEVAN', 4, 3, '', 'w'],
  ['KR', 'ko', '김도율', '김', '도율', 'KIM DOYUL', 1, 3, '', ''],
  ['KR', 'ko', '박준서', '박', '준서', 'PARK JUNSEO', 0, 1, 'p', '', ['digital_government']],
];

export const PEOPLE: DemoPerson[] = ROWS.map(
  ([country, language, name, last, first, latin, agency, position, went, coming, expertise, about], i) => ({
    ...named(name, last, first, latin),
    id: FIRST_ID + i,
    country,
    language,
    agency,
    position,
    went,
    coming,
    ...(expertise && { shows: { expertise, ...(about !== undefined && { about }) } }),
  }),
);
