import { formatDuration, formatNumber, formatPercent } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { apart, data, type Button, type View } from '../../bot/view.ts';
import { audienceNumber, isTold } from '../segments/messages.ts';
import { isConfidential } from '../segments/store.ts';
import { pendingCorrection } from './correction-messages.ts';
import { away, heading, whenLines, type Reader } from './messages.ts';
import type { FollowUp, Progress, Reason, Recall } from './report.ts';
import type { Announcement } from './store.ts';

/** What its reader may do with it, by the database. */
export type Rights = { decides: boolean; author: boolean; approves: boolean };

/** Nothing is sent yet: a second organizer has to approve it. */
export function approvalView(reader: Reader, one: Announcement, rights: Rights, recipients: number): View {
  const { t, lang } = reader;
  return {
    text: lines(
      heading(one, t),
      '',
      html`${t('announcements:recipients_now', { number: audienceNumber(lang, one.audience, recipients) })}`,
      ...whenLines(one, reader),
      '',
      html`${t(rights.approves ? 'announcements:approval_read' : 'announcements:approval_waits')}`,
    ),
    buttons: [
      rights.approves
        ? [{ text: t('announcements:approval_look'), data: data('announce_review', one.id, one.revision) }]
        : [{ text: t('announcements:show_texts'), data: data('announce_texts', one.id) }],
      rights.decides ? [{ text: t('announcements:take_back'), data: data('announce_back', one.id) }] : [],
      [{ text: t('announcements:refresh'), data: data('announcement', one.id) }],
      away(t),
    ],
  };
}

/** Nothing is sent yet: its hour, or the time to undo, is ahead. */
export function scheduledView(reader: Reader, one: Announcement, rights: Rights, recipients: number): View {
  const { t, lang } = reader;
  const atOnce = one.schedule === null;
  return {
    text: lines(
      heading(one, t),
      '',
      ...whenLines(one, reader),
      '',
      html`${t('announcements:recipients_now', { number: audienceNumber(lang, one.audience, recipients) })}`,
      html`${t('announcements:at_start')}`,
      html`${t('announcements:quiet')}`,
    ),
    buttons: [
      rights.decides || rights.approves
        ? [
            {
              text: t(atOnce ? 'announcements:undo' : 'announcements:unschedule'),
              data: data('announce_back', one.id),
            },
          ]
        : [],
      [
        { text: t('announcements:show_texts'), data: data('announce_texts', one.id) },
        { text: t('announcements:refresh'), data: data('announcement', one.id) },
      ],
      away(t),
    ],
  };
}

/** What became of it so far. */
export type Figures = {
  progress: Progress;
  corrections: FollowUp | null;
  recall: Recall | null;
};

const CELLS = 10;

/** While it goes out, or waits to go on, and the last word in the same message when it is out. */
export function progressView(reader: Reader, one: Announcement, rights: Rights, figures: Figures): View {
  const { t, lang } = reader;
  const { id, audience, finishedAt, recalledAt } = one;
  const { total, waiting } = figures.progress;
  const told = isTold(audience, total);
  // Downwards: all is said to be done when all is done.
  const done = total === 0 ? 1 : Math.floor(((total - waiting) / total) * 100) / 100;
  const cells = Math.floor(done * CELLS);
  const finished = finishedAt !== null;
  const correction = pendingCorrection(reader, one, rights);
  return {
    text: lines(
      heading(one, t),
      '',
      told && total === 0 && html`${t('announcements:nobody_at_start')}`,
      told &&
        total > 0 &&
        !recalledAt &&
        html`${'▓'.repeat(cells)}${'░'.repeat(CELLS - cells)} ${formatPercent(lang, done)}`,
      ...counts(reader, one, figures),
      ...(told ? pace(reader, one, figures.progress) : []),
      told &&
        !finished &&
        waiting > 0 && ['', html`${t('announcements:fixed', { number: formatNumber(lang, total) })}`],
      ...correction.text,
    ),
    buttons: [
      ...correction.buttons,
      ...(finished ? [] : steering(reader, one, rights)),
      [{ text: t(finished ? 'announcements:report' : 'announcements:refresh'), data: data('announcement', id) }],
      ...(finished ? [] : changing(reader, one, rights)),
      away(t),
    ],
  };
}

/** How fast it goes, and how long it still takes: those who wait for an hour of their own are not counted. */
function pace({ t, lang }: Reader, { state }: Announcement, { perMinute, waiting, held, later }: Progress): Html[] {
  const ahead = waiting - held - later;
  if (state !== 'sending' || !perMinute || ahead === 0) return [];
  const minutes = Math.ceil(ahead / perMinute);
  const left = Temporal.Duration.from({ minutes }).round({ largestUnit: 'hour' });
  return [
    html`${t('announcements:per_minute')} · ${formatNumber(lang, perMinute)}`,
    html`${t('announcements:time_left')} · ${formatDuration(lang, left)}`,
  ];
}

function steering({ t }: Reader, { id, state }: Announcement, { decides }: Rights): Button[][] {
  if (!decides || (state !== 'sending' && state !== 'paused')) return [];
  const pause = { text: t('announcements:pause'), data: data('announce_pause', id) };
  const resume = { text: t('announcements:resume'), data: data('announce_resume', id) };
  // Apart: this message goes on to show the progress, and would take the place of the question.
  const stop = { text: t('announcements:stop'), data: apart(data('announce_stop', id)) };
  return [[state === 'sending' ? pause : resume, stop]];
}

/** What can be done about copies that are in people's chats. */
export function changing({ t }: Reader, { id, recalledAt }: Announcement, { author, decides }: Rights): Button[][] {
  if (recalledAt) return [];
  return [
    [
      ...(author ? [{ text: t('announcements:correct'), data: apart(data('announce_correct', id)) }] : []),
      ...(decides ? [{ text: t('announcements:recall'), data: apart(data('announce_recall', id)) }] : []),
    ],
  ];
}

/**
 * What is zero is left out, but for what was sent: a short list is read. So is what could tell who is in an anonymous
 * audience.
 */
export function counts(
  { t, lang }: Reader,
  { audience }: Pick<Announcement, 'audience'>,
  { progress, corrections, recall }: Figures,
): Html[] {
  const number = (count: number) => audienceNumber(lang, audience, count);
  const shown = (count: number) => count > 0 && isTold(audience, count);
  const rows = (labelled: [label: string, count: number][]) =>
    labelled.filter(([, count]) => shown(count)).map(([label, count]) => html`${label} · ${number(count)}`);
  const refusals = ({ refused }: FollowUp, label: string) => [
    ...rows([[label, sum(refused)]]),
    ...reasonLines(
      { lang },
      refused.filter(({ count }) => shown(count)),
    ),
  ];
  const others = [
    'blocked',
    'deactivated',
    'failed',
    'unknown',
    'cancelled',
    'recalled',
    'waiting',
    'held',
    'later',
  ] as const;
  return [
    ...(progress.total > 0 || isConfidential(audience)
      ? [html`${t('announcements:count_sent')} · ${number(progress.sent)} / ${number(progress.total)}`]
      : []),
    ...rows(others.map((key) => [t(`announcements:count_${key}`), progress[key]])),
    ...(corrections
      ? [
          ...rows([
            [t('announcements:correction_done'), corrections.done],
            [t('announcements:correction_waiting'), corrections.waiting],
          ]),
          ...refusals(corrections, t('announcements:correction_refused')),
        ]
      : []),
    // What is deleted stands among the states.
    ...(recall
      ? [
          ...rows([
            [t('announcements:recall_waiting'), recall.waiting],
            [t('announcements:recall_late'), recall.late],
            [t('announcements:recall_erased'), recall.erased],
          ]),
          ...refusals(recall, t('announcements:recall_refused')),
        ]
      : []),
  ];
}

const sum = (reasons: Reason[]): number => reasons.reduce((total, { count }) => total + count, 0);

export const reasonLines = ({ lang }: Pick<Reader, 'lang'>, reasons: Reason[]): Html[] =>
  reasons.map(({ reason, count }) => html`<code>${reason}</code> · ${formatNumber(lang, count)}`);
