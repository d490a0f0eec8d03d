import { formatNumber } from '../../bot/format/quantities.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, type View } from '../../bot/view.ts';
import { audienceNumber } from '../segments/messages.ts';
import { back, excerpt, toAll, whenLines, type Reader } from './messages.ts';
import type { Notice } from './notices.ts';
import type { Announcement } from './store.ts';

/** To a second organizer. The decision stands below the texts: nobody approves what they have not seen. */
export function requestView(reader: Reader, one: Announcement, facts: { recipients: number; author: string }): View {
  const { t, lang } = reader;
  return {
    text: lines(
      html`<b>${t('announcements:approval_asked')}</b>`,
      excerpt(one, t),
      '',
      html`${t('announcements:author', { name: facts.author })}`,
      html`${t('announcements:recipients_now', { number: audienceNumber(lang, one.audience, facts.recipients) })}`,
      ...whenLines(one, reader),
      '',
      html`${t('announcements:approval_read')}`,
    ),
    buttons: [
      [{ text: t('announcements:approval_look'), data: data('announce_review', one.id, one.revision) }],
      back(t),
    ],
  };
}

/** Sending needs somebody who is not there. */
export function nobodyElseView({ t, lang, programme }: Reader, one: Announcement, owner: boolean): View {
  const number = formatNumber(lang, programme.announcements.approvalAbove);
  return {
    text: lines(html`⚠️ ${t('announcements:approval_needed', { number })}`, html`${t('announcements:nobody_else')}`),
    buttons: [
      owner ? [{ text: t('roles:invite'), data: data('invite_for', 'organizer') }] : [],
      [{ text: t('announcements:preview'), data: data('announcement', one.id) }],
      back(t),
    ],
  };
}

export function declinedView(t: T): View {
  return { text: html`${t('announcements:declined')}`, buttons: [toAll(t), back(t)] };
}

/** To the author, about what somebody else has done, or came about. `alone`: there is nobody who could approve it. */
export function noticeView(
  reader: Reader,
  one: Announcement,
  what: Notice,
  { by, alone }: { by: string | null; alone: boolean },
): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${t(`announcements:notice_${what}`)}</b>`,
      by !== null && html`${t('announcements:by', { name: by })}`,
      alone && html`${t('announcements:nobody_else')}`,
      excerpt(one, t),
      ...whenLines(one, reader),
    ),
    buttons: [[{ text: t('announcements:open'), data: data('announcement', one.id) }], back(t)],
  };
}
