import type { Person } from '../../bot/context.ts';
import { collator } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import { pageAt, pageButtons, type Page } from '../../bot/pages.ts';
import { clip, data, grid, shorten, type Button, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import { type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from './messages.ts';
import type { Participant } from './store.ts';

const LIST_SIZE = 20;
const BUTTONS_SIZE = 10;

/**
 * Who registered, in the order of the Latin alphabet, then who waits, in the order of the list, then who was declined. A
 * number on a button opens the page of that person.
 */
export function participantsView(event: Event, all: Participant[], wanted: string | undefined, reader: Reader): View {
  const { t, lang } = reader;
  const listed = GROUPS.flatMap(({ status, title, mark }) => {
    const found = all.filter(({ registration }) => registration.status === status);
    const sorted = status === 'waiting' ? found : byName(found, lang);
    return sorted.map((one, i) => ({ one, number: i + 1, mark, heading: `${t(title)} · ${found.length}` }));
  });
  const place = pageAt(listed.length, wanted, LIST_SIZE);
  const shown = listed.slice(place.first, place.first + LIST_SIZE);
  return {
    text: lines(
      html`<b>${wording(event, t).title}</b>`,
      ...(listed.length === 0 ? ['', t('organize:nobody')] : []),
      ...shown.flatMap(({ one, number, heading }, i) => [
        ...(heading === shown[i - 1]?.heading ? [] : ['', html`<b>${heading}</b>`]),
        html`${number}. ${describe(one, reader)}`,
      ]),
      ...(listed.length === 0 ? [] : ['', t('seats:press_number')]),
    ),
    buttons: [
      ...grid(
        shown.map(({ one, number, mark }) => ({
          text: `${mark}${number}`,
          data: data('participant', one.registration.id, place.page),
        })),
        5,
      ),
      pageButtons(t, place, (page) => data('participants', event.id, page)),
      [toManage(t, event.id)],
    ],
  };
}

/** In their order; the mark tells the buttons of one from those of another. */
const GROUPS = [
  { status: 'pending', title: 'seats:applications', mark: '✋ ' },
  { status: 'registered', title: 'organize:registered', mark: '' },
  { status: 'offered', title: 'organize:state_offered', mark: '🪑 ' },
  { status: 'waiting', title: 'organize:waiting_list', mark: '⏳ ' },
  { status: 'declined', title: 'organize:state_declined', mark: '❌ ' },
] as const;

/**
 * A button a person that says what it does: it carries the mark it sets, so that a second press, or one of an older
 * message, does not turn the mark around.
 */
export function attendanceView(event: Event, all: Participant[], wanted: string | undefined, reader: Reader): View {
  const { t, lang } = reader;
  const people = byName(all, lang);
  const place = pageAt(people.length, wanted, BUTTONS_SIZE);
  const page: Page<Participant> = { ...place, items: people.slice(place.first, place.first + BUTTONS_SIZE) };
  const attended = all.filter(({ registration }) => registration.attended).length;
  const unmarked = all.some(({ registration }) => registration.attended === null);
  const toggle = ({ registration, person }: Participant): Button => ({
    text: shorten(`${MARKS[String(registration.attended)]}${oneLine(sortName(person), 100)}`),
    data: data('attend', registration.id, registration.attended ? 0 : 1, page.page),
  });
  return {
    text: lines(
      html`<b>${wording(event, t).title}</b>`,
      html`${t('organize:attended_of', { attended, total: all.length })}`,
      '',
      html`${t('organize:attendance_explained')}`,
    ),
    buttons: [
      ...page.items.map((one) => [toggle(one)]),
      pageButtons(t, page, (to) => data('attendance', event.id, to)),
      unmarked ? [{ text: t('organize:attend_all'), data: data('attend_all', event.id, page.page) }] : [],
      [toManage(t, event.id)],
    ],
  };
}

const MARKS: Record<string, string> = { true: '✓ ', false: '✗ ', null: '' };

function byName(people: Participant[], lang: string): Participant[] {
  const { compare } = collator(lang);
  return people.toSorted((a, b) => compare(sortName(a.person) ?? '', sortName(b.person) ?? ''));
}

/** The passport's spelling: the one that whoever sits at the desk can read, whichever of six alphabets the name is typed in. */
const sortName = ({ latinName, fullName }: Person) => latinName ?? fullName;

/** Twenty of the longest must fit a message of 4096. */
export function describe({ person }: Pick<Participant, 'person'>, { programme, lang }: Reader): string {
  const country = person.country && countryName(programme, person.country, lang);
  return [nameOf(person), country, person.agency && oneLine(person.agency, 45)].filter(Boolean).join(' · ');
}

/** In a list, behind what describes them. */
export const endorsed = ({ endorsedBy }: Pick<Participant, 'endorsedBy'>, { t, lang, programme }: Reader): string =>
  endorsedBy === null
    ? ''
    : ` · ${t('nominations:endorsed_by', { country: countryName(programme, endorsedBy, lang) })}`;

/** "ნინო ბერიძე (NINO BERIDZE)"; a name that is typed in Latin letters stands alone. */
function nameOf({ fullName, latinName }: Person): string {
  const name = oneLine(fullName ?? latinName, 50);
  const legible = fullName === null || latinName === null || !NOT_LATIN.test(fullName);
  return legible ? name : `${name} (${oneLine(latinName, 45)})`;
}

/** "ʻ" in an Uzbek name belongs to no script in particular. */
const NOT_LATIN = /[^\p{Script=Latin}\p{Script=Common}\p{Script=Inherited}]/u;

/** As typed but for line breaks, at most so many UTF-16 units. */
function oneLine(text: string | null, most: number): string {
  return clip((text ?? '—').replace(/\s+/g, ' '), most);
}
