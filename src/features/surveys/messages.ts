import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, oneLine, type View } from '../../bot/view.ts';
import { wording, type Event } from '../events/store.ts';
import type { Survey } from './store.ts';

export const invitationLine = (event: Event, t: T) => oneLine(`${t('surveys:title')} · ${wording(event, t).title}`);

/** `again`: the one reminder to those who have not answered. */
export function invitationView(event: Event, survey: Survey, again: boolean, { t }: { t: T; lang: string }): View {
  return {
    text: lines(
      html`<b>${t('surveys:title')}</b>`,
      html`${wording(event, t).title}`,
      '',
      html`${again ? t('surveys:reminder') : t('surveys:invitation', { count: survey.month })}`,
      '',
      html`${t('surveys:terms')}`,
    ),
    buttons: [[{ text: t('surveys:answer'), data: data('survey', survey.eventId, survey.month) }]],
  };
}
