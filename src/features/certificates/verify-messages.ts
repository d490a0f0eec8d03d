import { formatDate } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { menu, type View } from '../../bot/view.ts';
import { text, type Programme } from '../../programme.ts';
import { grouped } from './code.ts';
import { daysIn, titleIn } from './papers.ts';
import type { Certificate } from './store.ts';

type Reader = { t: T; lang: string; programme: Programme };

export type Checked = {
  state: 'valid' | 'replaced' | 'revoked';
  verdict: string;
  facts: { label: string; value: string }[];
};

/**
 * What is said to whoever has the code, on the page and in the chat. The name is part of it: it is printed beside the code, and
 * without it somebody else's code would make any paper true. Why it was revoked is between the person and the organizers.
 * Days are those of the programme, as printed.
 */
export function checked(one: Certificate, { t, lang, programme }: Reader): Checked {
  const { certified, name, issuedAt, endedAt, code } = one;
  const day = (at: Temporal.Instant) => formatDate(lang, at, programme.defaultZone);
  const { attended, of, place } = certified;
  const state = one.state === 'proposed' ? 'revoked' : one.state;
  const fact = (label: string, value: string | null) => (value === null || value === '' ? [] : [{ label, value }]);
  return {
    state,
    verdict: t(`certificates:verify_${state}`),
    facts: [
      ...fact(t('certificates:label_since'), endedAt && day(endedAt)),
      ...fact(t('certificates:label_name'), name),
      ...fact(t('certificates:label_event'), titleIn(certified, t.reads)),
      ...fact(t('certificates:label_dates'), daysIn(lang, certified)),
      ...fact(t('certificates:label_place'), place),
      ...fact(t('certificates:label_sessions'), attended === null || of === null ? null : `${attended} / ${of}`),
      ...fact(t('certificates:label_programme'), text(programme, certified.programme, lang)),
      ...fact(t('certificates:label_issued'), issuedAt && day(issuedAt)),
      ...fact(t('certificates:label_code'), grouped(code)),
    ],
  };
}

const SIGNS = { valid: '✅', replaced: '⚠️', revoked: '❌' };

/** In the chat; null: there is none with this code. */
export function checkedView(one: Certificate | null, reader: Reader): View {
  const { t } = reader;
  const head = html`<b>${t('certificates:verify_title')}</b>`;
  if (!one) return { text: lines(head, t('certificates:verify_unknown')), buttons: [[menu(t)]] };
  const { state, verdict, facts } = checked(one, reader);
  return {
    text: lines(
      head,
      html`${SIGNS[state]} <b>${verdict}</b>`,
      '',
      ...facts.map(({ label, value }) => html`${label} · ${value}`),
    ),
    buttons: [[menu(t)]],
  };
}

/** In the browser. Nothing is loaded from anywhere else, and nothing of it runs. */
export function checkedPage(one: Certificate | null, reader: Reader): Html {
  const { t, lang, programme } = reader;
  const shown = one && checked(one, reader);
  return html`<!doctype html>
<html lang="${lang}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${t('certificates:verify_title')}</title>
<link rel="stylesheet" href="/verify/page.css">
</head>
<body>
<main>
<p class="programme">${text(programme, programme.name.full, lang)}</p>
<h1>${t('certificates:verify_title')}</h1>
${
  shown
    ? html`<p class="verdict ${shown.state}">${shown.verdict}</p>
<dl>${shown.facts.map(({ label, value }) => html`<dt>${label}</dt><dd>${value}</dd>`)}</dl>`
    : html`<p class="verdict unknown">${t('certificates:verify_unknown')}</p>`
}
</main>
</body>
</html>
`;
}
