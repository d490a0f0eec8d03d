import { formatDate, formatTime } from '../../bot/format/dates.ts';
import { formatNumber } from '../../bot/format/quantities.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import { apart, data, type View } from '../../bot/view.ts';
import { audienceNumber, isTold } from '../segments/messages.ts';
import { isConfidential } from '../segments/store.ts';
import { pendingCorrection } from './correction-messages.ts';
import { back, countryLabel, excerpt, stateOf, toAll, type Reader } from './messages.ts';
import type { Breakdown, Progress, Share } from './report.ts';
import { changing, counts, reasonLines, type Figures, type Rights } from './standing-messages.ts';
import type { Announcement } from './store.ts';

/** `breakdown` null: there is none to be seen. */
export function reportView(
  reader: Reader,
  one: Announcement,
  rights: Rights,
  figures: Figures,
  breakdown: Breakdown | null,
): View {
  const { t, lang, zone } = reader;
  const { id, finishedAt } = one;
  const { progress } = figures;
  const confidential = isConfidential(one.audience);
  const none = progress.total === 0 && !confidential;
  const correction = pendingCorrection(reader, one, rights);
  const number = (count: number) => formatNumber(lang, count);
  const shares = <Key>(of: Share<Key>[], name: (key: Key) => string) =>
    of.map(({ key, sent, total }) => html`${name(key)} · ${number(sent)} / ${number(total)}`);
  return {
    text: lines(
      html`<b>${t('announcements:report_title')}</b>`,
      excerpt(one, t),
      (one.state === 'stopped' || one.recalledAt) && html`<b>${stateOf(one, t)}</b>`,
      finishedAt && html`${formatDate(lang, finishedAt, zone)}, ${formatTime(lang, finishedAt, zone)}`,
      '',
      none && html`${t('announcements:nobody_at_start')}`,
      ...counts(reader, one, figures),
      ...(breakdown ? reasonLines(reader, breakdown.reasons) : []),
      progress.total > 0 &&
        breakdown && [
          '',
          html`<b>${t('announcements:by_country')}</b>`,
          ...shares(breakdown.countries, (key) => countryLabel(key, reader)),
          '',
          html`<b>${t('announcements:by_text')}</b>`,
          ...shares(breakdown.languages, languageName),
        ],
      confidential && ['', html`${t('announcements:confidential')}`],
      ...correction.text,
    ),
    buttons: [
      ...correction.buttons,
      progress.total > 0 && !confidential ? [{ text: t('announcements:excel'), data: data('announce_excel', id) }] : [],
      ...sendingAgain(reader, one, rights, progress),
      ...(none ? [] : changing(reader, one, rights)),
      toAll(t),
      back(t),
    ],
  };
}

function sendingAgain(
  { t, lang }: Reader,
  { id, audience, recalledAt }: Announcement,
  { decides }: Rights,
  progress: Progress,
) {
  if (!decides || recalledAt || !isTold(audience, progress.total)) return [];
  const number = (count: number) => ({ number: audienceNumber(lang, audience, count) });
  const { failed, unknown } = progress;
  return [
    failed > 0 ? [{ text: t('announcements:again_failed', number(failed)), data: data('announce_failed', id) }] : [],
    unknown > 0
      ? [{ text: t('announcements:again_unknown', number(unknown)), data: apart(data('announce_unknown', id)) }]
      : [],
  ];
}
