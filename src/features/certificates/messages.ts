import { formatDate } from '../../bot/format/dates.ts';
import { formatBytes } from '../../bot/format/quantities.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { clip, data, menu, oneLine, shorten, type Button, type View } from '../../bot/view.ts';
import type { Reader } from '../events/messages.ts';
import type { EventRow } from '../events/store.ts';
import { grouped } from './code.ts';
import { daysIn, LARGEST, titleIn } from './papers.ts';
import type { Certificate } from './store.ts';

type Told = Pick<Reader, 't' | 'lang'>;

/** The button on the page of an event, and under /my. */
export const certificatesButton = (t: T, eventId?: number): Button => ({
  text: t(eventId === undefined ? 'certificates:mine' : 'certificates:title'),
  data: eventId === undefined ? 'my_certificates' : data('certificate_of', eventId),
});

const titled = ({ certified }: Certificate, t: T) => clip(titleIn(certified, t.reads), 200);

export const readyLine = (one: Certificate, { t }: Told): string =>
  oneLine(`${t('certificates:title')} · ${titled(one, t)}`);

/** Asks for the approval of the name. */
export function readyView(one: Certificate, { t, lang }: Told): View {
  return {
    text: lines(
      html`<b>${t('certificates:title')}</b>`,
      html`<b>${titled(one, t)}</b>`,
      html`${daysIn(lang, one.certified)}`,
      '',
      html`${t('certificates:ready')}`,
    ),
    buttons: [[approveButton(one, t)]],
  };
}

export const approveButton = ({ id }: Certificate, t: T): Button => ({
  text: t('certificates:approve_name'),
  data: data('certificate_name', id),
});

export const sizeLine = ({ t, lang }: Told): string => t('certificates:size', { size: formatBytes(lang, LARGEST) });

/** A certificate as its owner sees it. `link`: where anybody checks it. */
export function certificateView(one: Certificate, link: string, { t, lang, zone }: Reader): View {
  const { state, id } = one;
  const valid = state === 'valid';
  return {
    text: lines(
      html`<b>${t('certificates:title')}</b>`,
      html`<b>${titled(one, t)}</b>`,
      html`${daysIn(lang, one.certified)}`,
      '',
      state === 'proposed' && t('certificates:ready'),
      state === 'revoked' && lines(html`❌ ${t('certificates:your_revoked')}`, ...said(one, t)),
      state === 'replaced' && html`${t('certificates:verify_replaced')}`,
      valid && printedLines(one, { t, lang, zone }),
      valid && lines('', t('certificates:check_here'), html`${link}`, '', sizeLine({ t, lang })),
    ),
    buttons: [
      state === 'proposed' ? [approveButton(one, t)] : [],
      valid ? [{ text: t('certificates:get'), data: data('certificate_pdf', id) }] : [],
      valid ? [{ text: t('certificates:name_wrong'), data: data('certificate_name', id) }] : [],
      [{ text: t('registration:show'), data: data('event', one.eventId) }],
      [menu(t)],
    ],
  };
}

/** What is on it. */
export function printedLines(one: Certificate, { t, lang, zone }: Told & { zone: string }): Html {
  const label = (name: string, value: string) => html`${name} · ${value}`;
  return lines(
    label(t('certificates:label_name'), one.name),
    label(t('certificates:label_language'), languageName(one.language)),
    one.issuedAt && label(t('certificates:label_issued'), formatDate(lang, one.issuedAt, zone)),
    label(t('certificates:label_code'), grouped(one.code)),
  );
}

/** The organizer's own words, as they were written: nobody translates them. */
const said = ({ reason }: Certificate, t: T): (Html | string)[] =>
  reason === null ? [] : ['', t('changes:organizers_say'), html`<blockquote>${reason}</blockquote>`];

export function revokedView(one: Certificate, { t, lang }: Told): View {
  return {
    text: lines(
      html`❌ <b>${t('certificates:your_revoked')}</b>`,
      html`<b>${titled(one, t)}</b>`,
      html`${daysIn(lang, one.certified)}`,
      ...said(one, t),
    ),
    buttons: [[{ text: t('registration:show'), data: data('event', one.eventId) }], [menu(t)]],
  };
}

/** All of somebody's. */
export function mineView(page: Page<Certificate>, { t, lang }: Told): View {
  const number = (i: number) => page.first + i + 1;
  return {
    text: lines(
      html`<b>${t('certificates:mine')}</b>`,
      page.items.length === 0 && ['', t('certificates:none')],
      ...page.items.flatMap((one, i) => [
        '',
        html`${number(i)}. <b>${titled(one, t)}</b>`,
        html`${t(`events:kind_${one.certified.kind as EventRow['kind']}`)} · ${daysIn(lang, one.certified)}`,
        html`${t(`certificates:state_${one.state}`)}`,
      ]),
    ),
    buttons: [
      ...page.items.map((one, i) => [
        { text: shorten(`${number(i)}. ${titled(one, t)}`), data: data('certificate', one.id) },
      ]),
      pageButtons(t, page, (to) => data('my_certificates', to)),
      [{ text: t('common:menu_my'), data: 'my' }],
      [menu(t)],
    ],
  };
}

/** Under the PDF. */
export function captionView(one: Certificate, link: string, back: Button, { t }: Told): View {
  return {
    text: lines(html`<b>${titled(one, t)}</b>`, '', t('certificates:check_here'), html`${link}`),
    buttons: [[back]],
  };
}

export function tooOftenView(email: string, { t }: Told): View {
  return { text: html`${t('certificates:too_often', { email })}`, buttons: [[certificatesButton(t)], [menu(t)]] };
}
