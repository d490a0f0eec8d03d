import { formatDuration } from '../../bot/format/quantities.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, oneLine, type View } from '../../bot/view.ts';
import { readLink } from '../../forms/kinds/link.ts';
import { whenAndWhere, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';

/**
 * What somebody needs when an event comes near. In its last day the way in stands first among the buttons. `again`: the
 * same may be in their chat already, and must not alarm them.
 */
export function reminderView(event: Event, reader: Reader, again: boolean): View {
  const { t, lang, now } = reader;
  const left = now.until(event.beginsAt);
  const lastDay = left.total('hours') <= 24;
  const url = event.link === null ? null : readLink(event.link);
  return {
    text: lines(
      html`⏰ ${t('reminders:title')}`,
      html`<b>${wording(event, t).title}</b>`,
      html`${t('reminders:time_left', { duration: formatDuration(lang, rounded(left)) })}`,
      '',
      whenAndWhere(event, reader, true),
      again && ['', t('reminders:already_there')],
    ),
    buttons: [
      lastDay && url !== null ? [{ text: t('reminders:join'), url }] : [],
      [{ text: t('events:cant_come'), data: data('cant_come', event.id) }],
      [{ text: t('registration:show'), data: data('event', event.id) }],
    ],
  };
}

export const reminderLine = (event: Event, t: T) => oneLine(`${t('reminders:title')} · ${wording(event, t).title}`);

/** Upwards, so that a reminder that leaves some seconds after its minute still says "1 hour". */
function rounded(left: Temporal.Duration): Temporal.Duration {
  const smallestUnit = left.total('hours') > 24 ? 'hours' : 'minutes';
  return left.round({ largestUnit: 'days', smallestUnit, roundingMode: 'ceil' });
}
