import { formatDate, formatTime } from '../../bot/format/dates.ts';
import { formatNumber } from '../../bot/format/quantities.ts';
import { html, lines } from '../../bot/html.ts';
import { data, menu, type View } from '../../bot/view.ts';
import type { Reader } from './owners.ts';
import { toSeconds, type Held, type Release } from './store.ts';

/** By the owner's own clock. */
const moment = ({ lang, zone }: Reader, instant: Temporal.Instant) =>
  `${formatDate(lang, instant, zone)}, ${formatTime(lang, instant, zone)}`;

export function lateView(due: Temporal.Instant, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`⚠️ <b>${t('operation:late')}</b>`,
      html`${t('operation:oldest', { due: moment(reader, due) })}`,
      '',
      html`${t('operation:late_cure')}`,
    ),
  };
}

export function lateOverView({ t }: Reader): View {
  return { text: html`✅ ${t('operation:late_over')}` };
}

export function databaseDownView(since: Temporal.Instant, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`⚠️ <b>${t('operation:database_down')}</b>`,
      html`${t('operation:since', { since: moment(reader, since) })}`,
      '',
      html`${t('operation:database_cure')}`,
    ),
  };
}

export function databaseOverView({ t }: Reader): View {
  return { text: html`✅ ${t('operation:database_over')}` };
}

export function heldView({ since, backup, told, waiting, oldest }: Held, reader: Reader): View {
  const { t, lang } = reader;
  const hold = toSeconds(since);
  return {
    text: lines(
      html`⏸ <b>${backup ? t('operation:restored') : t('operation:held')}</b>`,
      backup && html`${t('operation:backup_of', { time: moment(reader, backup) })}`,
      html`${t('operation:waiting', { number: formatNumber(lang, waiting) })}`,
      oldest && html`${t('operation:oldest', { due: moment(reader, oldest) })}`,
      '',
      html`${t('operation:nothing_is_sent')} ${t('operation:too_late')}`,
      backup && html`${t('operation:twice')}`,
      html`${t('operation:leave_out', { time: moment(reader, told) })}`,
    ),
    buttons: [
      [{ text: t('operation:release'), data: data('release', hold) }],
      [{ text: t('operation:release_new'), data: data('release', hold, toSeconds(told)) }],
    ],
  };
}

/** The outbox when nobody holds it; `release`: after somebody pressed the button. */
export function outboxView(waiting: number, { t, lang }: Reader, release?: Release): View {
  const pressed = release?.kind === 'released' ? t('operation:released') : t('operation:not_held');
  const cancelled = release?.kind === 'released' && release.cancelled > 0 ? release.cancelled : null;
  return {
    text: lines(
      html`<b>${t('operation:outbox')}</b>`,
      html`${pressed}`,
      cancelled && html`${t('operation:left_out', { number: formatNumber(lang, cancelled) })}`,
      html`${t('operation:waiting', { number: formatNumber(lang, waiting) })}`,
    ),
    buttons: [[menu(t)]],
  };
}
