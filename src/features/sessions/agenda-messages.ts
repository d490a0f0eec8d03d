import { formatWeekday, onOneDay } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { pageButtons } from '../../bot/pages.ts';
import { clip, data, menu, MESSAGE_LENGTH, type View } from '../../bot/view.ts';
import { cityOf } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { dayOf, sessionText, span } from './messages.ts';
import type { Mark, Session } from './store.ts';

/** What the agenda shows: events with their sessions, and the reader's own marks by session. */
export type Agenda = { event: Event; sessions: Session[] }[];
/** `own`: the reader has a seat. */
type Shown = { marks: Map<number, Mark>; own: boolean };

const LONGEST = { title: 150, place: 100 };

/**
 * By whose clock a session is told. Who goes to a place lives by the clock of the place; who joins from their desk, by their own,
 * with that of the event beside it where they differ.
 */
const clockOf = (event: Event, one: Pick<Session, 'place'> | null, { zone }: Reader): string =>
  event.place !== null || (one?.place ?? null) !== null ? event.zone : zone;

type Item = { event: Event; one: Session | null; zone: string; at: Temporal.Instant };

/** One event, or all that somebody goes to, day by day; an event without sessions is a line of its own. */
export function agendaView(
  agenda: Agenda,
  { marks, own }: Shown,
  wanted: string | undefined,
  reader: Reader,
  only?: Event,
): View {
  const { t } = reader;
  const items = agenda
    .flatMap(({ event, sessions }): Item[] => {
      const all: (Session | null)[] = sessions.length > 0 ? sessions : [null];
      return all.map((one) => ({ event, one, zone: clockOf(event, one, reader), at: (one ?? event).beginsAt }));
    })
    .toSorted((a, b) => Temporal.Instant.compare(a.at, b.at));
  const head = lines(
    html`<b>${t('sessions:my_agenda')}</b>`,
    only && html`${clip(wording(only, t).title, LONGEST.title)}`,
    items.length === 0 && ['', t(only ? 'sessions:none_yet' : 'sessions:nothing_ahead')],
  );
  const room = MESSAGE_LENGTH - 600 - head.html.length;
  const pages = paged(items, room, (item, before) => itemText(item, before, { marks, titled: !only }, reader));
  const page = Math.min(Math.max(Math.trunc(Number(wanted)) || 0, 0), pages.length - 1);
  const ours = agenda.flatMap(({ sessions }) => sessions.filter(({ cancelledAt }) => !cancelledAt));
  const counted = own && only && ours.some(({ id }) => marks.has(id));
  return {
    text: lines(head, ...(pages[page] ?? []), counted && ['', attendedLine(only, ours, marks, reader)]),
    buttons: [
      pageButtons(t, { page, pages: pages.length, first: 0 }, (to) => data('agenda', only?.id ?? 0, to)),
      own ? [{ text: t('sessions:to_calendar'), data: only ? data('calendar', only.id) : 'calendar_feed' }] : [],
      [
        only
          ? { text: t('registration:show'), data: data('event', only.id) }
          : { text: t('common:menu_my'), data: 'my' },
      ],
      only ? [] : [menu(t)],
    ],
  };
}

/** As many items on a page as a message holds; the first of a page names its day again. */
function paged(items: Item[], room: number, text: (item: Item, before: Item | null) => Html): Html[][] {
  const pages: Html[][] = [[]];
  let left = room;
  let before: Item | null = null;
  for (const item of items) {
    let shown = text(item, before);
    if (shown.html.length > left && pages.at(-1)!.length > 0) {
      pages.push([]);
      left = room;
      shown = text(item, null);
    }
    pages.at(-1)!.push(shown);
    left -= shown.html.length + 1;
    before = item;
  }
  return pages;
}

function itemText(
  item: Item,
  before: Item | null,
  { marks, titled }: { marks: Map<number, Mark>; titled: boolean },
  reader: Reader,
): Html {
  const { t, lang } = reader;
  const { event, one, zone, at } = item;
  const sameDay = before !== null && before.zone === zone && onOneDay(before.at, at, zone);
  const sameEvent = before?.event.id === event.id;
  return lines(
    !sameDay && ['', html`<b>${formatWeekday(lang, at, zone)}</b> · ${cityOf(reader.programme, zone, lang)}`],
    titled && (!sameDay || !sameEvent) && html`<i>${clip(wording(event, t).title, LONGEST.title)}</i>`,
    '',
    one ? sessionText(event, one, zone, marks.get(one.id), reader) : html`${span(lang, event, zone)}`,
    !one && event.place && html`📍 ${clip(event.place, LONGEST.place)}`,
  );
}

/** What somebody was present at. A day counts when they were there for one of its sessions. */
function attendedLine(event: Event, sessions: Session[], marks: Map<number, Mark>, { t }: Reader): Html {
  const there = sessions.filter(({ id }) => marks.get(id) === 'present');
  const days = (some: Session[]) => new Set(some.map((one) => dayOf(event, one))).size;
  return html`${t('sessions:you_attended', { attended: there.length, of: sessions.length, days: days(there), all_days: days(sessions) })}`;
}
