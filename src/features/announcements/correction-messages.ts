import { formatNumber } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { data, type Button, type View } from '../../bot/view.ts';
import { audienceNumber, isTold } from '../segments/messages.ts';
import type { Copies } from './copies.ts';
import { pendingTexts } from './corrections.ts';
import { back, excerpt, type Reader } from './messages.ts';
import type { Announcement } from './store.ts';

type Concerned = Pick<Copies, 'fresh' | 'late' | 'waiting'>;

/** What a correction does. */
export function correctionLines({ t, lang }: Reader, { audience }: Announcement, copies: Concerned): Html[] {
  const number = (count: number) => audienceNumber(lang, audience, count);
  const { fresh, late, waiting } = copies;
  const told = waiting > 0 && isTold(audience, waiting);
  return [
    html`${t('announcements:correct_sent')} · ${number(fresh + late)}`,
    ...(told ? [html`${t('announcements:correct_waiting')} · ${number(waiting)}`] : []),
    html`${t('announcements:correct_explained')}`,
  ];
}

/** One organizer does not decide on it alone. */
export const correctionNeeded = ({ t, lang, programme }: Reader): Html =>
  html`⚠️ ${t('announcements:correction_needed', { number: formatNumber(lang, programme.announcements.approvalAbove) })}`;

/** To a second organizer. */
export function correctionAskedView({ t }: Reader, one: Announcement, author: string): View {
  return {
    text: lines(
      html`<b>${t('announcements:correction_asked')}</b>`,
      excerpt(one, t),
      '',
      html`${t('announcements:author', { name: author })}`,
      html`${t('announcements:approval_read')}`,
    ),
    buttons: [[look(one, t)], back(t)],
  };
}

/** What they decide on, below the corrected texts. */
export function correctionReviewView(reader: Reader, one: Announcement, copies: Concerned, author: string): View {
  const { t } = reader;
  const about = [one.id, one.correction!.revision] as const;
  return {
    text: lines(
      html`<b>${t('announcements:really_correct')}</b>`,
      html`${t('announcements:preview_above')}`,
      html`${t('announcements:author', { name: author })}`,
      '',
      ...correctionLines(reader, one, copies),
    ),
    buttons: [
      [
        { text: t('announcements:approve'), data: data('announce_correction_yes', ...about) },
        { text: t('announcements:decline'), data: data('announce_correction_no', ...about) },
      ],
      [{ text: t('announcements:show_texts'), data: data('announce_texts', one.id) }],
      back(t),
    ],
  };
}

/** There is nobody who could approve it. */
export function correctionAloneView(reader: Reader, one: Announcement, owner: boolean): View {
  const { t } = reader;
  return {
    text: lines(correctionNeeded(reader), html`${t('announcements:nobody_else')}`),
    buttons: [
      owner ? [{ text: t('roles:invite'), data: data('invite_for', 'organizer') }] : [],
      [{ text: t('announcements:open'), data: data('announcement', one.id) }],
      back(t),
    ],
  };
}

type Rights = { decides: boolean; approves: boolean };

/** That one waits for an approval, and what its reader can do about it. */
export function pendingCorrection({ t }: Reader, one: Announcement, { approves, decides }: Rights) {
  if (!pendingTexts(one)) return { text: [], buttons: [] };
  const withdraw = {
    text: t('announcements:correction_back'),
    data: data('announce_correction_no', one.id, one.correction!.revision),
  };
  return {
    text: ['', html`⚠️ ${t(approves ? 'announcements:correction_asked' : 'announcements:correction_waits')}`],
    buttons: approves ? [[look(one, t)]] : decides ? [[withdraw]] : [],
  };
}

const look = ({ id, correction }: Announcement, t: Reader['t']): Button => ({
  text: t('announcements:approval_look'),
  data: data('announce_correction', id, correction!.revision),
});
