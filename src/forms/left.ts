import { html } from '../bot/html.ts';
import type { T } from '../bot/i18n.ts';
import { data, menu, type View } from '../bot/view.ts';
import type { Draft } from './draft.ts';

/** The dialog is left; what was answered waits. */
export function stoppedView(t: T, { id }: Draft): View {
  return {
    text: html`${t('forms:stopped')}`,
    buttons: [
      [{ text: t('common:continue'), data: data('resume', id) }],
      [{ text: t('forms:drop'), data: data('drop', id) }],
      [menu(t)],
    ],
  };
}

/** The dialog is left, and there was nothing in it to keep. */
export function cancelledView(t: T): View {
  return { text: html`${t('forms:cancelled')}`, buttons: [[menu(t)]] };
}

export function nothingToCancelView(t: T): View {
  return { text: html`${t('forms:nothing_to_cancel')}`, buttons: [[menu(t)]] };
}

/** Before a form that was left half-way is opened again: is the old one meant, or another? */
export function unfinishedView(t: T, { id, revision }: Draft, title: string): View {
  return {
    text: html`${t('forms:unfinished', { title })}`,
    buttons: [
      [{ text: t('common:continue'), data: data('resume', id) }],
      [{ text: t('forms:start_anew'), data: data('anew', id, revision) }],
      [menu(t)],
    ],
  };
}

export function reallyDropView(t: T, { id, revision }: Draft): View {
  return {
    text: html`<b>${t('forms:really_drop')}</b>`,
    buttons: [
      [{ text: t('forms:drop'), data: data('drop_now', id, revision) }],
      [{ text: t('common:continue'), data: data('resume', id) }],
      [menu(t)],
    ],
  };
}

export function droppedView(t: T): View {
  return { text: html`${t('forms:dropped')}`, buttons: [[menu(t)]] };
}
