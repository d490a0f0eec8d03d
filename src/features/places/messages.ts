import type { Person } from '../../bot/context.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, menu, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import { openButton, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';

/** Who opens the link of somebody else, or tries it before passing it on, must not take their place by it. */
export function isItYouView(named: Person, own: Person, link: string, { t, lang, programme }: Reader): View {
  const country = named.country && countryName(programme, named.country, lang);
  return {
    text: lines(
      html`${t('places:link_for')}`,
      html`<b>${named.fullName}</b>`,
      [country, named.agency].filter(Boolean).join(' · '),
      '',
      own.fullName !== null && html`${t('places:your_name', { name: own.fullName })}`,
      html`${t('places:is_it_you')}`,
    ),
    buttons: [
      [{ text: t('places:it_is_me'), data: data('place_mine', link) }],
      [{ text: t('places:not_me'), data: 'place_not_mine' }],
    ],
  };
}

export const notYouView = (t: T): View => ({ text: html`${t('places:pass_on')}`, buttons: [[menu(t)]] });

export function usedView(t: T, contact: string): View {
  return { text: html`${t('places:used', { contact })}`, buttons: [[menu(t)]] };
}

/** Stands before the page of the event. */
export function nominatedView(event: Event, t: T): View {
  return { text: lines(html`<b>${wording(event, t).title}</b>`, t('places:nominated')) };
}

/** They were named for more than one event. */
export function yoursView(events: Event[], t: T): View {
  return {
    text: lines(
      html`${t('places:yours')}`,
      ...events.map((event, i) => html`${i + 1}. <b>${wording(event, t).title}</b>`),
    ),
    buttons: [
      ...events.map((event, i) => [openButton(event, i + 1, t)]),
      [{ text: t('common:menu_my'), data: 'my' }],
      [menu(t)],
    ],
  };
}
