import { formatWhenBoth, onOneDay } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { clip, data, type View } from '../../bot/view.ts';
import { cities, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { agendaButton, calendarButton, speakersOf } from './messages.ts';
import type { Session } from './store.ts';
import { detailsOf, type Before, type Details } from './tell.ts';

/** More are in the agenda: a message has an end. */
const MOST = 10;

/** What is different from what somebody knows; null: nothing is any more, or it is past. */
export function agendaChangedView(event: Event, sessions: Session[], before: Before, reader: Reader): View | null {
  const { t, now } = reader;
  const changed = sessions.flatMap((one) => {
    const was = before.get(one.id);
    // Nothing that they know of, and nothing to tell: a session that came and went meanwhile.
    if (was === undefined || (was === null && one.cancelledAt)) return [];
    const same = was !== null && !one.cancelledAt && JSON.stringify(was) === JSON.stringify(detailsOf(one));
    const past = [one, ...(was ? [was] : [])].every(({ endsAt }) => Temporal.Instant.compare(endsAt, now) <= 0);
    return same || past ? [] : [{ one, was }];
  });
  if (changed.length === 0) return null;
  return {
    text: lines(
      html`🔔 <b>${t('sessions:agenda_changed')}</b>`,
      html`${wording(event, t).title}`,
      ...changed.slice(0, MOST).flatMap(({ one, was }) => ['', changeText(event, one, was, reader)]),
      changed.length > MOST && ['', t('sessions:more_changes', { count: changed.length - MOST })],
    ),
    buttons: [
      [agendaButton(t, event.id)],
      [calendarButton(t, event.id)],
      [{ text: t('registration:show'), data: data('event', event.id) }],
    ],
  };
}

function changeText(event: Event, one: Session, was: Details | null, reader: Reader): Html {
  const { t } = reader;
  const title = clip(wording(one, t).title, 150);
  const when = (at: Pick<Details, 'beginsAt' | 'endsAt'>) => whenOf(event, at, reader);
  if (one.cancelledAt)
    return lines(html`❌ ${t('sessions:cancelled')}: <b>${title}</b>`, html`<s>${when(was ?? one)}</s>`);
  if (was === null) return lines(html`➕ ${t('sessions:new')}: <b>${title}</b>`, when(one), place(one), people(one));
  const otherTime = !was.beginsAt.equals(one.beginsAt) || !was.endsAt.equals(one.endsAt);
  const otherPlace = was.place !== one.place;
  const otherPeople = was.speakers !== one.speakers;
  return lines(
    html`✏️ <b>${title}</b>`,
    when(one),
    otherTime && html`<s>${when(was)}</s>`,
    otherPlace && html`📍 ${one.place ?? '—'}`,
    otherPlace && html`<s>📍 ${was.place ?? '—'}</s>`,
    otherPeople && html`👤 ${speakersOf(one) || '—'}`,
    otherPeople && html`<s>👤 ${speakersOf(was) || '—'}</s>`,
  );
}

const place = ({ place: where }: Details) => where !== null && html`📍 ${where}`;
const people = (one: Details) => speakersOf(one) !== '' && html`👤 ${speakersOf(one)}`;

/** By the clock of the place for who goes there, else by the reader's own and that of the event. */
function whenOf(event: Event, { beginsAt, endsAt }: Pick<Details, 'beginsAt' | 'endsAt'>, reader: Reader): Html {
  const zone = event.place === null ? reader.zone : event.zone;
  const until = [zone, event.zone].every((one) => onOneDay(beginsAt, endsAt, one)) ? endsAt : undefined;
  return html`🗓 ${formatWhenBoth(reader.lang, beginsAt, zone, event.zone, cities(reader), until)}`;
}
