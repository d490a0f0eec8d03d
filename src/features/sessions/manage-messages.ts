import { formatWeekday } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageAt, pageButtons } from '../../bot/pages.ts';
import { clip, data, grid, type Button, type View } from '../../bot/view.ts';
import { cityOf } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage, toOrganize } from '../organize/messages.ts';
import { dayOf, sessionText, span, speakersOf } from './messages.ts';
import type { Session } from './store.ts';
import { isWithin, type Saved } from './write.ts';

const PAGE = 12;

export const toSessions = (t: T, eventId: number): Button => ({
  text: t('sessions:back_to_sessions'),
  data: data('sessions', eventId),
});

/**
 * The sessions of an event as its organizer sees them, by the event's clock; a number opens one. `wanted`: a page, or the page on
 * which the session with this index is. `note`: what has just happened.
 */
export function sessionsView(
  event: Event,
  all: Session[],
  wanted: string | undefined | { at: number },
  reader: Reader,
  note?: string,
): View {
  const { t, lang, programme } = reader;
  const place = pageAt(all.length, typeof wanted === 'object' ? Math.floor(wanted.at / PAGE) : wanted, PAGE);
  const shown = all.slice(place.first, place.first + PAGE).map((one, i) => ({ one, number: place.first + i + 1 }));
  const outside = all.some((one) => !one.cancelledAt && !isWithin(event, one));
  return {
    text: lines(
      note !== undefined && [note, ''],
      html`<b>${wording(event, t).title}</b>`,
      html`${t('sessions:sessions')} · ${cityOf(programme, event.zone, lang)}`,
      all.length === 0 && ['', t('sessions:none_explained')],
      outside && ['', html`⚠️ ${t('sessions:some_outside')}`],
      ...shown.flatMap(({ one, number }, i) => {
        const before = shown[i - 1]?.one;
        const newDay = !before || dayOf(event, before) !== dayOf(event, one);
        return [
          newDay && ['', html`<b>${formatWeekday(lang, one.beginsAt, event.zone)}</b>`],
          line(event, one, number, reader),
        ];
      }),
    ),
    buttons: [
      ...grid(
        shown.map(({ one, number }) => ({
          text: `${one.cancelledAt ? '❌ ' : ''}${number}`,
          data: data('session', one.id),
        })),
        6,
      ),
      pageButtons(t, place, (page) => data('sessions', event.id, page)),
      event.status === 'cancelled' ? [] : [{ text: t('sessions:add'), data: data('add_session', event.id) }],
      [toManage(t, event.id)],
    ],
  };
}

function line(event: Event, one: Session, number: number, { t, lang }: Reader): Html {
  const title = clip(wording(one, t).title, 100);
  const when = span(lang, one, event.zone);
  if (one.cancelledAt) return html`${number}. <s>${when} ${title}</s>`;
  const mark = isWithin(event, one) ? '' : '⚠️ ';
  const rest = [speakersOf(one), one.place].filter(Boolean).join(' · ');
  return html`${number}. ${mark}<b>${when}</b> ${title}${rest && ` · ${clip(rest, 120)}`}`;
}

/** One session. `present`: how many; `pages`: there are pages for browsers, so that a code can be shown. */
export function sessionView(
  event: Event,
  one: Session,
  { present, seated, pages }: { present: number; seated: number; pages: boolean },
  reader: Reader,
  note?: string,
): View {
  const { t, lang, now } = reader;
  const { description } = wording(one, t);
  const live = !one.cancelledAt && event.status !== 'cancelled';
  const published = live && event.status === 'published';
  const over = Temporal.Instant.compare(event.endsAt, now) <= 0;
  return {
    text: lines(
      note !== undefined && [note, ''],
      html`<b>${formatWeekday(lang, one.beginsAt, event.zone)}</b>`,
      sessionText(event, one, event.zone, undefined, reader),
      description !== '' && ['', clip(description, 1200)],
      live && !isWithin(event, one) && ['', html`⚠️ ${t('sessions:this_outside')}`],
      published && ['', html`${t('sessions:present_of', { present, total: seated })}`],
      published && !pages && ['', t('sessions:no_pages')],
    ),
    buttons: [
      published && pages && !over ? [{ text: t('sessions:show_code'), data: data('show_code', one.id) }] : [],
      published ? [{ text: t('sessions:attendance'), data: data('session_people', one.id) }] : [],
      live ? [{ text: t('sessions:change'), data: data('edit_session', one.id) }] : [],
      live ? [{ text: t('sessions:cancel'), data: data('cancel_session', one.id) }] : [],
      [toSessions(t, event.id)],
    ],
  };
}

export function reallyCancelView(event: Event, one: Session, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${t('sessions:really_cancel')}</b>`,
      sessionText(event, one, event.zone, undefined, reader),
      event.status === 'published' && ['', t('sessions:will_be_told')],
    ),
    buttons: [
      [{ text: t('sessions:cancel'), data: data('cancel_session', one.id, 'yes') }],
      [{ text: t('common:back'), data: data('session', one.id) }],
    ],
  };
}

/** Where the screen is, for whoever stands at the projector. */
export function codeView(one: Session, address: string, { t }: Reader): View {
  return {
    text: lines(html`<b>${wording(one, t).title}</b>`, t('sessions:code_explained'), '', html`<code>${address}</code>`),
    buttons: [
      [{ text: t('sessions:open_screen'), url: address }],
      [{ text: t('sessions:attendance'), data: data('session_people', one.id) }],
      [{ text: t('common:back'), data: data('session', one.id) }],
    ],
  };
}

/** After a session was saved: the next one is one press away. */
export function savedNote(outcome: Saved, t: T): string {
  switch (outcome.kind) {
    case 'saved':
      return outcome.told > 0 ? t('sessions:saved_and_told', { count: outcome.told }) : t('sessions:saved');
    case 'outside':
      return t('sessions:moved_meanwhile');
    case 'gone':
      return t('sessions:not_there');
  }
}

export function unknownView(t: T): View {
  return { text: html`${t('sessions:not_there')}`, buttons: [[toOrganize(t)]] };
}
