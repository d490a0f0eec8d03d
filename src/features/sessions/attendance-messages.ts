import { formatWeekday } from '../../bot/format/dates.ts';
import { collator } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import { pageAt, pageButtons } from '../../bot/pages.ts';
import { data, shorten, type Button, type View } from '../../bot/view.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Participant } from '../organize/store.ts';
import { MARKS, sessionText } from './messages.ts';
import type { AttendanceRow, Session } from './store.ts';

/** Of a session, with two buttons each. */
const PEOPLE = 10;

type Ticked = { all: Participant[]; marks: Map<number, AttendanceRow>; open: boolean };

/**
 * Who was at a session: one press says present, the next absent, the other button excused. Each button carries what it says, so
 * that a second press, or one of an older message, does not turn it around. `open`: the session can be attended by now.
 */
export function peopleView(
  event: Event,
  one: Session,
  { all, marks, open }: Ticked,
  wanted: string | undefined,
  reader: Reader,
): View {
  const { t, lang } = reader;
  const people = all.toSorted((a, b) => collator(lang).compare(nameOf(a), nameOf(b)));
  const place = pageAt(people.length, wanted, PEOPLE);
  const states = people.map(({ registration }) => marks.get(registration.id)?.state);
  const count = (state: string) => states.filter((each) => each === state).length;
  const row = (who: Participant): Button[] => {
    const { id } = who.registration;
    const mark = marks.get(id);
    const next = mark?.state === 'present' ? 'absent' : 'present';
    const name = shorten(`${mark ? `${MARKS[mark.state]} ` : ''}${nameOf(who).replace(/\s+/g, ' ')}`);
    return [
      { text: name, data: data('tick', one.id, id, next, place.page) },
      mark?.state === 'excused'
        ? { text: t('sessions:why'), data: data('excuse_why', mark.id) }
        : { text: t('sessions:excuse'), data: data('tick', one.id, id, 'excused', place.page) },
    ];
  };
  const shown = people.slice(place.first, place.first + PEOPLE);
  const reasons = shown.flatMap((who) => {
    const reason = marks.get(who.registration.id)?.reason;
    return reason ? [html`${MARKS.excused} ${nameOf(who)}: <i>${reason}</i>`] : [];
  });
  return {
    text: lines(
      html`<b>${formatWeekday(lang, one.beginsAt, event.zone)}</b>`,
      sessionText(event, one, event.zone, undefined, reader),
      '',
      html`✓ ${t('sessions:mark_present')}: ${count('present')} / ${people.length}`,
      html`✗ ${t('sessions:mark_absent')}: ${count('absent')}`,
      html`○ ${t('sessions:mark_excused')}: ${count('excused')}`,
      reasons.length > 0 && ['', ...reasons],
      '',
      t(open ? 'sessions:tick_explained' : 'sessions:tick_later'),
    ),
    buttons: [
      ...shown.map(row),
      pageButtons(t, place, (page) => data('session_people', one.id, page)),
      open && states.includes(undefined)
        ? [{ text: t('sessions:tick_all'), data: data('tick_all', one.id, place.page) }]
        : [],
      [{ text: t('common:back'), data: data('attendance', event.id) }],
    ],
  };
}

/** The passport's spelling, which whoever sits at the desk can read. */
const nameOf = ({ person }: Participant): string => person.latinName ?? person.fullName ?? '—';

/** The caption of the file. */
export function fileView(event: Event, { t }: Reader): View {
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, t('sessions:attendance_file')),
    buttons: [[{ text: t('common:back'), data: data('attendance', event.id) }]],
  };
}
