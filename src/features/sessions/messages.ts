import { formatTime, formatWeekday, formatWhen, onOneDay } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { clip, data, type Button } from '../../bot/view.ts';
import { cityOf } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Mark, Session } from './store.ts';

const LONGEST = { title: 150, speakers: 300, place: 100 };

/** A session as everybody sees it, by the clock of `zone`. */
export function sessionText(event: Event, one: Session, zone: string, mark: Mark | undefined, reader: Reader): Html {
  const { t, lang } = reader;
  const title = clip(wording(one, t).title, LONGEST.title);
  if (one.cancelledAt) return html`<s>${span(lang, one, zone)} ${title}</s> ❌ ${t('sessions:cancelled')}`;
  const people = speakersOf(one);
  return lines(
    html`<b>${span(lang, one, zone)}</b> ${title}`,
    zone !== event.zone && otherClock(event, one, zone, reader),
    people !== '' && html`👤 ${people}`,
    one.place && html`📍 ${clip(one.place, LONGEST.place)}`,
    mark && html`${MARKS[mark]} ${t(`sessions:mark_${mark}`)}`,
  );
}

export const MARKS: Record<Mark, string> = { present: '✓', absent: '✗', excused: '○' };

/** "10:00–11:30"; a session that ends on another day says which. */
export function span(lang: string, { beginsAt, endsAt }: Pick<Session, 'beginsAt' | 'endsAt'>, zone: string): string {
  const end = formatTime(lang, endsAt, zone);
  const until = onOneDay(beginsAt, endsAt, zone) ? end : `${formatWeekday(lang, endsAt, zone)}, ${end}`;
  return `${formatTime(lang, beginsAt, zone)}–${until}`;
}

/** The same by the clock of the event, for who joins from elsewhere. */
function otherClock(event: Event, one: Session, zone: string, { lang, programme }: Reader): Html | false {
  const offset = (of: string) => one.beginsAt.toZonedDateTimeISO(of).offsetNanoseconds;
  if (offset(zone) === offset(event.zone)) return false;
  const city = cityOf(programme, event.zone, lang);
  const until = onOneDay(one.beginsAt, one.endsAt, event.zone) ? one.endsAt : undefined;
  const clock = formatWhen(lang, one.beginsAt, event.zone, city, until);
  const sameDay = formatWeekday(lang, one.beginsAt, zone) === formatWeekday(lang, one.beginsAt, event.zone);
  return html`🕘 ${sameDay && until ? `${span(lang, one, event.zone)} · ${city}` : clock}`;
}

/** Written one a line; in a list, on one. */
export function speakersOf({ speakers }: Pick<Session, 'speakers'>): string {
  const names = (speakers ?? '').split('\n').map((name) => name.trim());
  return clip(names.filter((name) => name !== '').join(' · '), LONGEST.speakers);
}

/** 2026-12-08: by the clock of the event. */
export const dayOf = ({ zone }: Pick<Event, 'zone'>, { beginsAt }: Pick<Session, 'beginsAt'>): string =>
  beginsAt.toZonedDateTimeISO(zone).toPlainDate().toString();

export const agendaButton = (t: Reader['t'], eventId: number): Button => ({
  text: t('sessions:agenda'),
  data: data('agenda', eventId),
});

export const calendarButton = (t: Reader['t'], eventId: number): Button => ({
  text: t('sessions:to_calendar'),
  data: data('calendar', eventId),
});
