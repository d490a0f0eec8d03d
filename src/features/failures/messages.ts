import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import type { View } from '../../bot/view.ts';
import type { deadLetter } from '../../db/schema.ts';

/** Of the person it says nothing: owners pass it on. */
export function failedView({ updateId, error }: typeof deadLetter.$inferSelect, t: T): View {
  return {
    text: lines(
      html`⚠️ <b>${t('failures:failed')}</b>`,
      html`${t('failures:number', { number: updateId })}`,
      html`${t('failures:error', { error })}`,
      '',
      html`${t('failures:told')}`,
      html`${t('failures:cure')}`,
    ),
  };
}
