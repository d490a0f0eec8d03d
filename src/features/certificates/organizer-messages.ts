import { formatPercent } from '../../bot/format/quantities.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, type Page } from '../../bot/pages.ts';
import { clip, data, grid, oneLine, type Button, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from '../organize/messages.ts';
import { printedLines } from './messages.ts';
import { unprintable } from './paper/faces.ts';
import { verdict, type Rule, type Standing, type Verdict } from './standing.ts';
import { isOver, type Certificate, type Known } from './store.ts';

export const toCertificates = (t: T, eventId: number): Button => ({
  text: t('certificates:all'),
  data: data('certificates', eventId),
});

const head = (event: Event, t: T): Html => html`<b>${clip(wording(event, t).title, 200)}</b>`;

/** Who gets one, in words. */
export function ruleLines(
  { certificateShare: share, certificateFeedback }: Rule,
  { t, lang }: Pick<Reader, 't' | 'lang'>,
): Html {
  if (share === null) return html`${t('certificates:no_rule')}`;
  return lines(
    share === 0
      ? t('certificates:rule_everybody')
      : t('certificates:rule_share', { share: formatPercent(lang, share / 100) }),
    certificateFeedback && t('certificates:rule_feedback'),
    share > 0 && html`<i>${t('certificates:rule_taken')}</i>`,
  );
}

type Figures = { standings: Standing[]; all: Known[]; web: boolean };

/** The organizer's page of an event's certificates. `note`: what has just happened. */
export function certificatesView(event: Event, { standings, all, web }: Figures, reader: Reader, note?: string): View {
  const { t, now } = reader;
  const open = standings.filter(({ current }) => current === null);
  const having = (found: Verdict) => open.filter((one) => verdict(event, one) === found).length;
  const inState = (state: Certificate['state']) => all.filter(({ certificate }) => certificate.state === state).length;
  const odd = unprintable([...Object.values(event.texts).map(({ title }) => title), event.place ?? ''].join(' '));
  const to = (text: string, name: string, ...args: number[]): Button => ({ text, data: data(name, event.id, ...args) });
  const figure = (key: Figure, n: number) => n > 0 && t(`certificates:${key}`, { n });
  const over = isOver(event, now);
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${t('certificates:all')}</b>`,
      head(event, t),
      '',
      html`<b>${t('certificates:rule')}</b>`,
      ruleLines(event, reader),
      ...(event.certificateShare === null || Temporal.Instant.compare(event.beginsAt, now) > 0
        ? []
        : [
            '',
            t('certificates:qualify', { n: having('qualifies') }),
            figure('too_little', having('attendance')),
            figure('no_feedback', having('feedback')),
            figure('no_name', having('name')),
          ]),
      ...(all.length === 0
        ? []
        : [
            '',
            t('certificates:issued_are', { n: inState('valid') }),
            figure('waiting_are', inState('proposed')),
            figure('revoked_are', inState('revoked')),
          ]),
      ...(odd.length > 0 ? ['', html`⚠️ ${t('certificates:left_out', { list: odd.join(' ') })}`] : []),
      ...(web ? [] : ['', html`<i>${t('certificates:no_web')}</i>`]),
      ...(over ? [] : ['', t('certificates:issue_later')]),
    ),
    buttons: [
      [to(t('certificates:rule'), 'certificate_rule'), to(t('certificates:specimen'), 'certificate_specimen')],
      over && event.certificateShare !== null ? [to(t('certificates:issue'), 'issue_certificates')] : [],
      all.length > 0 ? [to(t('certificates:list'), 'certificate_list', 0)] : [],
      over ? [to(t('certificates:others'), 'certificate_others', 0)] : [],
      inState('valid') > 0 ? [to(t('certificates:all_pdf'), 'certificates_pdf')] : [],
      [toManage(t, event.id)],
    ],
  };
}

type Figure = 'too_little' | 'no_feedback' | 'no_name' | 'waiting_are' | 'revoked_are';

const STATES = { proposed: '⏳ ', valid: '', replaced: '↩️ ', revoked: '❌ ' };

/** Everybody who has one, or may approve theirs. A number opens it. */
export function listView(event: Event, page: Page<Known>, { t }: Reader): View {
  const number = (i: number) => page.first + i + 1;
  return {
    text: lines(
      head(event, t),
      html`<b>${t('certificates:all')}</b>`,
      '',
      ...(page.items.length === 0 ? [t('certificates:empty')] : []),
      ...page.items.map(
        ({ certificate: { name, state } }, i) =>
          html`${number(i)}. ${STATES[state]}${oneLine(name)} · ${t(`certificates:state_${state}`)}`,
      ),
      ...(page.items.length === 0 ? [] : ['', t('seats:press_number')]),
    ),
    buttons: [
      ...grid(
        page.items.map(({ certificate: { id } }, i) => ({
          text: String(number(i)),
          data: data('certificate_page', id),
        })),
        4,
      ),
      pageButtons(t, page, (to) => data('certificate_list', event.id, to)),
      [toCertificates(t, event.id)],
    ],
  };
}

/** Those who have none, and why. A number leads to issuing one all the same. */
export function othersView(event: Event, page: Page<Standing>, { t, lang, programme }: Reader): View {
  const number = (i: number) => page.first + i + 1;
  const line = (one: Standing) => {
    const country = one.country && countryName(programme, one.country, lang);
    return [oneLine(one.latinName ?? one.fullName ?? '—'), country, t(`certificates:why_${verdict(event, one)}`)];
  };
  return {
    text: lines(
      head(event, t),
      html`<b>${t('certificates:others')}</b>`,
      '',
      ...(page.items.length === 0 ? [t('certificates:no_others')] : []),
      ...page.items.map((one, i) => html`${number(i)}. ${line(one).filter(Boolean).join(' · ')}`),
      ...(page.items.length === 0 ? [] : ['', t('certificates:choose_other')]),
    ),
    buttons: [
      ...grid(
        page.items.map(({ registrationId }, i) => ({
          text: String(number(i)),
          data: data('certificate_by_hand', registrationId),
        })),
        4,
      ),
      pageButtons(t, page, (to) => data('certificate_others', event.id, to)),
      [toCertificates(t, event.id)],
    ],
  };
}

/** One certificate as organizers see it. `link`: where anybody checks it. */
export function certificatePage(
  event: Event,
  { certificate, person }: Known,
  link: string,
  { t, lang }: Reader,
  note?: string,
): View {
  const { id, state, name, reason } = certificate;
  const theirs = person.telegramId === null && state === 'proposed';
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${oneLine(name)}</b>`,
      head(event, t),
      html`${STATES[state]}${t(`certificates:state_${state}`)}`,
      ...(certificate.issuedAt === null
        ? []
        : ['', printedLines(certificate, { t, lang, zone: event.zone }), html`${link}`]),
      ...(reason === null ? [] : ['', html`${t('certificates:reason')} · ${reason}`]),
      ...(certificate.note === null ? [] : ['', html`${t('seats:note')} · ${certificate.note}`]),
      ...(theirs ? ['', t('certificates:no_telegram')] : []),
    ),
    buttons: [
      theirs ? [{ text: t('certificates:approve_name'), data: data('certificate_approve', id) }] : [],
      state === 'valid' ? [{ text: t('certificates:get'), data: data('certificate_copy', id) }] : [],
      state === 'valid' || state === 'proposed'
        ? [{ text: t('certificates:revoke'), data: data('certificate_revoke', id) }]
        : [],
      [{ text: t('seats:back_to_list'), data: data('certificate_list', event.id, 0) }],
    ],
  };
}
