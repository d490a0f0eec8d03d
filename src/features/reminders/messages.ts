import { formatDuration } from '../../bot/format/quantities.ts';
import { html, lines } from '../../bot/html.ts';
import { data, type View } from '../../bot/view.ts';
import { readLink } from '../../forms/kinds/link.ts';
import { whenAndWhere, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';

/** What somebody needs when an event comes near. In its last day the way in stands first among the buttons. */
export function reminderView(event: Event, reader: Reader): View {
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
    ),
    buttons: [
      lastDay && url !== null ? [{ text: t('reminders:join'), url }] : [],
      [{ text: t('events:cant_come'), data: data('cant_come', event.id) }],
      [{ text: t('registration:show'), data: data('event', event.id) }],
    ],
  };
}

/** Upwards, so that a reminder that leaves some seconds after its minute still says "1 hour". */
function rounded(left: Temporal.Duration): Temporal.Duration {
  const smallestUnit = left.total('hours') > 24 ? 'hours' : 'minutes';
  return left.round({ largestUnit: 'days', smallestUnit, roundingMode: 'ceil' });
}
