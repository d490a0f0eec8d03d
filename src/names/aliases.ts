/**
 * Names that are one name to the people who bear or seek it, though no rule of spelling leads from one to the other: biblical and
 * Muslim names as each language has them, short forms in daily use, Korean family names.
 *
 * A line is one name; any script will do for a member, because all are folded (Դավիթ and Davit need one entry). What `sounds` unites by
 * itself (Хачатрян, Khachatryan) does not belong here.
 */
import { fold, spellings } from './fold.ts';
import { FAMILY_NAMES, romanize } from './korean.ts';
import { words } from './text.ts';

const NAMES = `
Давид Davit Дэвид Давуд Дауд Дауит Дато
Акоп Hakob Яков Якоб Jacob
Якуб Yaqub Yoqub Жакып
Георгий Giorgi George Гия Гио Егор Gevorg Кеворк
Юрий Yury Юра
Иван Ivane Вано Иоанн Ваня John
Ованес Оганес Hovhannes Овик
Иосиф Осип Ioseb Сосо Hovsep Joseph Юсуф Yusif Юсуп Жусуп Исуп
Михаил Mikheil Mikayel Michael Миша Мишо Михо
Александр Aleksandre Саша Сандро Алеко Алекс
Александра Саша Alexandra
Николай Nikoloz Nikoghayos Nicholas Ника Нико Коля
Пётр Petre Petros Peter Петя
Павел Pavle Poghos Paul Паша
Григорий Grigol Grigor Гриша Gregory
Сергей Sergi Серго Серёжа
Степан Stepane Stepanos Stephen Steven Стефан Стёпа
Арутюн Harutyun Арут
Константин Konstantine Коте Костя
Дмитрий Dimitri Дима Митя
Владимир Vladimer Ладо Володя Вова
Василий Vasil Васо Вася Basil Barsegh
Алексей Aleksi Alexei Алёша Лёша
Андрей Andria Andro Andrew Andreas
Фёдор Fyodor Тедо Теодор Theodore Tevdore Федя
Евгений Yevgeny Eugene Женя
Илья Ilia Elia Yeghia Егия Ильяс
Симон Svimon Semyon Семён Сёма
Матвей Mate Matevos Matthew
Лука Luka Ghukas Luke
Фома Toma Tovmas Thomas
Моисей Movses Musa Mose Moses
Исаак Isahak Sahak Исак Isaac Ishaq
Авраам Abraham Абрам Ибрагим Ыбырай
Соломон Solomon Soghomon Сулейман
Гавриил Gabriel Cəbrayıl Жебраил
Рафаил Rafayel Рафик Рафо
Виктор Victor Витя
Геннадий Gennady Гена
Вячеслав Слава
Мухаммед Мухаммад Магомед Məhəmməd Мамед Mehmet Махмад Мамбет
Ахмед Ahmad Ахмет Амет
Умар Омар Ömər Гумар
Усман Осман Usmon Оспан
Али Əli Гали
Хусейн Hüseyn Гусейн Хусаин Усен
Абдулла Abdullo Габдулла Апдылда
Вали Vəli Уали
Чингиз Chinghiz Шыңғыс
Рушан Ravshan Rövşən Раушан
Мария Mariam Maryam Məryəm Maro Mary Маша
Анна Ana Ani Ханна Аня
Елена Elene Helen Heghine Егине Лена
Екатерина Ekaterine Catherine Eka Катя
Кетеван Ketevan Keti Ketino Кето
Тамара Tamar Tamuna Тако Tamriko
София Sopio Софио Sophia Софья Sopiko Соня
Нино Nina Нинели
Наталья Natalia Natela Натали Наташа Nato
Татьяна Tatiana Таня
Ольга Olga Оля
Светлана Svetlana Света
Юлия Yulia Julia Iulia Юля
Ирина Irine Irena Ира
Людмила Lyudmila Люда Мила
Любовь Lyubov Люба
Надежда Nadezhda Nadia Надя
Анастасия Anastasia Настя
Ксения Ksenia Xenia Оксана
Евгения Yevgenia Eugenia Женя
Елизавета Elizabeth Eliso Yeghisabet Лиза
Маргарита Margarit Margaret Рита
Дарья Daria Даша
Вероника Veronica Ника
Виктория Victoria Вика
Галина Galina Галя
Лидия Lidia Лида
Валентина Valentina Валя
Ева Yeva Хава Həvva Eve
Сусанна Shushan Shushanik Susanna
Айша Aisha Ayşə Oysha Гайша
Фатима Fotima Fatma Батима
Хадиджа Xədicə Khadija Кадиша Hatice
Оганесян Hovhannisyan Ованесян Ованнисян Оганнисян Ohanian
Овсепян Hovsepyan Осипян
`;

/** Words that belong to a name in many languages and distinguish nobody. */
const PARTICLES = `
оглы oğlu oʻgʻli уулу ұлы
кызы қызы qızı qizi
`;

const membersOf = (line: string): string[] => words(line, Infinity).flatMap(spellings);

/** Ids are stored in rows, so they are made of the names, not of the place in these lists. */
const names = (NAMES + PARTICLES)
  .trim()
  .split('\n')
  .map((line): [id: string, members: string[]] => [fold(line)[0] ?? '', membersOf(line)]);
const families = [...FAMILY_NAMES].map(([hangul, latin]): [id: string, members: string[]] => [
  `ko${romanize(hangul)}`,
  membersOf([hangul, ...latin].join(' ')),
]);

const byMember = new Map<string, string[]>();
for (const [id, members] of [...names, ...families]) {
  for (const member of new Set(members)) byMember.set(member, [...(byMember.get(member) ?? []), id]);
}

/** The groups that hold this spelling (one of `spellings`), by id in [a-z0-9]; most names are in none. */
export const aliasesOf = (spelling: string): readonly string[] => byMember.get(spelling) ?? [];

const familyIds = new Set(families.map(([id]) => id));

/** Whether the group is a Korean family name. */
export const isKoreanFamily = (id: string): boolean => familyIds.has(id);
