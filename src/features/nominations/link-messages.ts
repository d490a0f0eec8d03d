import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { clip, data, type View } from '../../bot/view.ts';
import { whenAndWhere, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Nominee } from './store.ts';

/** What stands above the message that is to be forwarded. */
export function beforeLinkView({ nomination, person }: Nominee, t: T): View {
  const own = person.telegramId === null;
  return {
    text: lines(
      html`<b>${person.fullName ?? person.latinName ?? '—'}</b>`,
      html`${t(own ? 'nominations:forward' : 'nominations:forward_known')}`,
    ),
    buttons: [[{ text: t('common:back'), data: data('nominee', nomination.id) }]],
  };
}

/** Ready to be forwarded, in the language of who is meant; it has no buttons, which a forwarded message would lose. */
export function linkView(event: Event, { person }: Nominee, link: string, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      html`${t(`events:kind_${event.kind}`)}`,
      whenAndWhere({ ...event, link: null }, reader, false),
      '',
      html`${person.fullName ?? person.latinName ?? '—'}`,
      html`${t('nominations:you_are_nominated')}`,
      html`${t('nominations:open_and_register')}`,
      html`${link}`,
    ),
  };
}
