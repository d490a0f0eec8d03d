import { collator } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, pageOf } from '../../bot/pages.ts';
import { clip, data, grid, lastOf, oneLine, shorten, type Button, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import type { Event } from '../events/store.ts';
import { ANY_COUNTRY } from '../organize/store.ts';
import { head, mention, toSelection, worded } from './messages.ts';
import { ENOUGH, type Given, type Ranked } from './ranking.ts';
import type { Criterion } from './store.ts';

/** People on a page. */
const LIST = 10;

/** UTF-16 units of a name, which may be long. Ten with their figures fit a message. */
const NAME = 60;

function who({ person, registration }: Ranked, { t, lang, programme }: Reader): string {
  const name = clip((person.fullName ?? person.latinName ?? t('organize:no_name')).replace(/\s+/g, ' '), NAME);
  const { country } = registration;
  return country === null ? name : `${name} · ${countryName(programme, country, lang)}`;
}

/** "82 of 100 · scores: 3 · range: 15 · ★". */
function figures({ score, scores, spread, registration, listed }: Ranked, t: T): string {
  return [
    score === null ? t('selection:no_scores') : t('selection:score_of', { score: Math.round(score) }),
    scores > 0 && t('selection:scores_are', { count: scores }),
    scores > 1 && t('selection:spread_is', { spread: Math.round(spread) }),
    registration.status !== 'pending' && t(`organize:state_${registration.status}`),
    [listed !== null && '★', scores < ENOUGH && '⚠️'].filter(Boolean).join(' '),
  ]
    .filter(Boolean)
    .join(' · ');
}

function listLines(people: Ranked[], number: (one: Ranked, i: number) => string, reader: Reader): Html[] {
  return people.map((one, i) =>
    lines(html`${number(one, i)} ${who(one, reader)}`, html`    ${figures(one, reader.t)}`),
  );
}

/** By country, or of all; the best first. Buttons carry the place in the list that is shown. */
export function rankingView(
  event: Event,
  ranking: Ranked[],
  { country, page }: { country: string | null; page: string | undefined },
  reader: Reader,
): View {
  const { t, lang, programme } = reader;
  const countries = [...Map.groupBy(ranking, (one) => one.registration.country)]
    .flatMap(([code, those]) =>
      code === null ? [] : [{ code, n: those.length, name: countryName(programme, code, lang) }],
    )
    .toSorted((a, b) => collator(lang).compare(a.name, b.name));
  const shown = country === null ? ranking : ranking.filter((one) => one.registration.country === country);
  const place = pageOf(shown, page, LIST);
  const few = shown.filter(({ scores, registration }) => scores < ENOUGH && registration.status === 'pending').length;
  const to = (of: string, at = 0) => data('ranking', event.id, of, at);
  return {
    text: lines(
      head(event, t, t('selection:ranking')),
      country !== null && html`${countryName(programme, country, lang)}`,
      few > 0 && html`⚠️ ${t('selection:few_scores', { count: few })}`,
      '',
      ...(shown.length === 0 ? [t('seats:no_applications')] : []),
      ...listLines(place.items, (one) => (one.place === null ? '—' : `${one.place}.`), reader),
      ...(shown.length === 0 ? [] : ['', html`<i>${t('selection:ranking_legend')}</i>`]),
    ),
    buttons: [
      ...grid(
        place.items.map((one) => ({
          text: shorten(`${one.place ?? '—'}. ${oneLine(one.person.fullName ?? one.person.latinName ?? '—')}`),
          data: data('candidate', one.registration.id),
        })),
        1,
      ),
      pageButtons(t, place, (at) => to(country ?? ANY_COUNTRY, at)),
      ...grid(
        countries.length < 2
          ? []
          : countries
              .filter(({ code }) => code !== country)
              .map(({ code, n, name }) => ({ text: shorten(`${name} · ${n}`), data: to(code) })),
        2,
      ),
      country === null ? [] : [{ text: t('seats:all_countries'), data: to(ANY_COUNTRY) }],
      [{ text: t('selection:shortlist'), data: data('shortlist', event.id) }],
      [toSelection(t, event.id)],
    ],
  };
}

/** An organizer who is a reviewer as well gives their own opinion first. */
export function hiddenView(event: Event, { t }: Reader): View {
  return {
    text: lines(head(event, t, t('selection:ranking')), '', t('selection:hidden')),
    buttons: [[{ text: t('selection:review'), data: data('reviews', event.id) }], [toSelection(t, event.id)]],
  };
}

/** What the reviewers say of one, and what the organizers make of it. */
export function candidateView(event: Event, one: Ranked, criteria: Criterion[], reader: Reader, note?: string): View {
  const { t } = reader;
  const { registration, listed, given, missing } = one;
  const { id, status } = registration;
  const top = lines(
    ...(note === undefined ? [] : [note, '']),
    html`<b>${who(one, reader)}</b>`,
    html`${t('selection:application', { number: id })} · ${t(`organize:state_${status}`)}`,
    html`${figures(one, t)}`,
    listed !== null && html`★ ${t('selection:shortlist')}: ${listed}`,
    missing.length > 0 && html`${t('selection:missing')}:`,
    ...missing.map((person) => html`• ${mention(person, t)}`),
    '',
  );
  const open = status === 'pending';
  const movable = listed !== null && (open || status === 'waiting');
  const press = (text: string, name: string, ...args: number[]): Button => ({ text, data: data(name, id, ...args) });
  return {
    text: lines(
      top,
      ...lastOf(
        given.map((one) => opinion(one, criteria, t)),
        top,
      ),
    ),
    buttons: [
      open && listed === null ? [press(t('selection:put_on'), 'list_on')] : [],
      movable
        ? [press(t('questionnaires:move_up'), 'list_move', 0), press(t('questionnaires:move_down'), 'list_move', 1)]
        : [],
      open && listed !== null ? [press(t('selection:take_off'), 'list_off')] : [],
      [press(t('selection:open_registration'), 'participant', 0)],
      [{ text: t('selection:ranking'), data: data('ranking', event.id) }],
      [{ text: t('selection:shortlist'), data: data('shortlist', event.id) }],
    ],
  };
}

function opinion({ review, reviewer, score }: Given, criteria: Criterion[], t: T): Html {
  const name = reviewer ? mention(reviewer, t) : html`${t('organize:no_name')}`;
  if (score === null) return lines(html`<b>${name}</b>`, html`${t('selection:conflict_noted')}`, '');
  return lines(
    html`<b>${name}: ${Math.round(score)}</b>`,
    ...criteria.map(({ id, title, most }) => html`${worded(title, t)}: ${review.points[id] ?? '—'} / ${most}`),
    review.comment !== null && html`<blockquote>${review.comment}</blockquote>`,
    '',
  );
}

/** `listed`: all that are or were on it, in their order. */
export function shortlistView(
  event: Event,
  listed: Ranked[],
  { page, ready, begun }: { page: string | undefined; ready: number; begun: boolean },
  reader: Reader,
  note?: string,
): View {
  const { t } = reader;
  const place = pageOf(listed, page, LIST);
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      head(event, t, t('selection:shortlist')),
      '',
      ...(listed.length === 0 ? [t('selection:shortlist_empty')] : []),
      ...listLines(place.items, (one) => `${one.listed}.`, reader),
    ),
    buttons: [
      ...grid(
        place.items.map(({ registration, listed }) => ({
          text: String(listed),
          data: data('candidate', registration.id),
        })),
        5,
      ),
      pageButtons(t, place, (to) => data('shortlist', event.id, to)),
      begun || ready === 0 ? [] : [{ text: t('selection:offer'), data: data('offer_seats', event.id) }],
      begun ? [] : [{ text: t('selection:propose'), data: data('propose', event.id) }],
      [{ text: t('selection:ranking'), data: data('ranking', event.id) }],
      [toSelection(t, event.id)],
    ],
  };
}

/** Names of a list that may be long. */
const NAMES = 30;

export function proposalView(event: Event, proposed: Ranked[], reader: Reader): View {
  const { t } = reader;
  const few = proposed.filter(({ scores }) => scores < ENOUGH).length;
  const shown = proposed.slice(0, NAMES);
  return {
    text: lines(
      head(event, t, t('selection:proposal')),
      '',
      ...(proposed.length === 0 ? [t('selection:nothing_to_propose')] : []),
      ...shown.map(
        (one, i) => html`${i + 1}. ${who(one, reader)} · ${Math.round(one.score ?? 0)}${one.scores < ENOUGH && ' ⚠️'}`,
      ),
      proposed.length > shown.length && html`… ${proposed.length}`,
      few > 0 && html`\n⚠️ ${t('selection:few_scores', { count: few })}`,
      proposed.length > 0 && html`\n${t('selection:proposal_replaces')}`,
    ),
    buttons: [
      proposed.length === 0 ? [] : [{ text: t('selection:use_proposal'), data: data('propose_now', event.id) }],
      [{ text: t('selection:shortlist'), data: data('shortlist', event.id) }],
    ],
  };
}

/** The question before seats are offered: who gets one now, and who comes next. */
export function reallyOfferView(
  event: Event,
  { offered, waiting, hours }: { offered: Ranked[]; waiting: Ranked[]; hours: number },
  reader: Reader,
): View {
  const { t } = reader;
  const few = [...offered, ...waiting].filter(({ scores }) => scores < ENOUGH).length;
  const names = (people: Ranked[]) => [
    ...people.slice(0, NAMES / 2).map((one) => html`• ${who(one, reader)}`),
    people.length > NAMES / 2 && html`…`,
  ];
  return {
    text: lines(
      head(event, t, t('selection:offer')),
      '',
      html`<b>${t('selection:offered_now', { count: offered.length })}</b>`,
      ...names(offered),
      html`<b>${t('selection:in_line', { count: waiting.length })}</b>`,
      ...names(waiting),
      '',
      html`${t('seats:offer_time')}: ${t('seats:hours', { count: hours })}`,
      few > 0 && html`⚠️ ${t('selection:few_scores', { count: few })}`,
      t('selection:all_are_told'),
    ),
    buttons: [
      [{ text: t('selection:offer'), data: data('offer_seats_now', event.id) }],
      [{ text: t('common:back'), data: data('shortlist', event.id) }],
    ],
  };
}
