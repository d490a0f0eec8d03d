import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, oneLine, type View } from '../../bot/view.ts';
import { wording, type Event } from '../events/store.ts';

export const invitationLine = (event: Event, t: T) => oneLine(`${t('feedback:title')} · ${wording(event, t).title}`);

export function invitationView(event: Event, { t }: { t: T; lang: string }): View {
  return {
    text: lines(
      html`<b>${t('feedback:title')}</b>`,
      html`${wording(event, t).title}`,
      '',
      html`${t('feedback:invitation')}`,
      '',
      html`${t('feedback:invitation_terms')}`,
    ),
    buttons: [[{ text: t('feedback:give'), data: data('feedback', event.id) }]],
  };
}
