import { formatWhenBoth, onOneDay } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { clip, data, MESSAGE_LENGTH, type View } from '../../bot/view.ts';
import { cities, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { agendaButton, calendarButton, speakersOf } from './messages.ts';
import type { Session } from './store.ts';
import { detailsOf, type Before, type Details } from './tell.ts';

/** What of a message is left for the changes; the others are in the agenda. Tags are counted, so some room is left. */
const ROOM = MESSAGE_LENGTH - 600;

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
  let room = ROOM;
  const texts = changed.map(({ one, was }) => changeText(event, one, was, reader));
  const shown = texts.filter((text, i) => (room -= text.html.length) > 0 || i === 0);
  return {
    text: lines(
      html`🔔 <b>${t('sessions:agenda_changed')}</b>`,
      html`${wording(event, t).title}`,
      ...shown.flatMap((text) => ['', text]),
      shown.length < texts.length && ['', t('sessions:more_changes', { count: texts.length - shown.length })],
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
    otherPlace && html`📍 ${clip(one.place ?? '—', PLACE)}`,
    otherPlace && html`<s>📍 ${clip(was.place ?? '—', PLACE)}</s>`,
    otherPeople && html`👤 ${speakersOf(one) || '—'}`,
    otherPeople && html`<s>👤 ${speakersOf(was) || '—'}</s>`,
  );
}

const PLACE = 100;
const place = ({ place: where }: Details) => where !== null && html`📍 ${clip(where, PLACE)}`;
const people = (one: Details) => speakersOf(one) !== '' && html`👤 ${speakersOf(one)}`;

/** By the clock of the place for who goes there, else by the reader's own and that of the event. */
function whenOf(event: Event, { beginsAt, endsAt }: Pick<Details, 'beginsAt' | 'endsAt'>, reader: Reader): Html {
  const zone = event.place === null ? reader.zone : event.zone;
  const until = [zone, event.zone].every((one) => onOneDay(beginsAt, endsAt, one)) ? endsAt : undefined;
  return html`🗓 ${formatWhenBoth(reader.lang, beginsAt, zone, event.zone, cities(reader), until)}`;
}
