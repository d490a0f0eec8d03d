import { formatList, languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { data, menu, shorten, type Button, type View } from '../../bot/view.ts';
import type { Programme } from '../../programme.ts';
import { wording, type Event } from '../events/store.ts';

export const toTranslate = (t: T): Button => ({ text: t('translations:translate'), data: 'translate' });

/** The events, with the languages in which they have no texts yet. */
export function translateView(
  page: Page<Event>,
  { languages }: Pick<Programme, 'languages'>,
  { t, lang }: { t: T; lang: string },
): View {
  const number = (i: number) => page.first + i + 1;
  const missing = ({ texts }: Event) => languages.filter((language) => !(language in texts)).map(languageName);
  const state = (event: Event) =>
    missing(event).length === 0
      ? t('translations:complete')
      : t('translations:missing', { list: formatList(lang, missing(event), 'and') });
  return {
    text: lines(
      html`<b>${t('translations:translate')}</b>`,
      html`${page.items.length === 0 ? t('translations:none') : t('translations:which')}`,
      ...page.items.flatMap((event, i) => [
        '',
        html`${number(i)}. <b>${wording(event, t).title}</b>`,
        html`${state(event)}`,
      ]),
    ),
    buttons: [
      ...page.items.map((event, i) => [
        { text: shorten(`${number(i)}. ${wording(event, t).title}`), data: data('translate_event', event.id) },
      ]),
      pageButtons(t, page, (to) => data('translate', to)),
      [menu(t)],
    ],
  };
}

export function translatedView(t: T): View {
  return { text: html`${t('translations:saved')}`, buttons: [[toTranslate(t)], [menu(t)]] };
}
