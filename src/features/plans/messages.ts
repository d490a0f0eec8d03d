import { formatWhenBoth } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageButtons, pageOf } from '../../bot/pages.ts';
import { clip, data, grid, menu, oneLine, type View } from '../../bot/view.ts';
import { answeredQuestions } from '../../forms/spec/answers.ts';
import { countryName } from '../../programme.ts';
import { cities, type Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import type { Version } from '../forms/store.ts';
import { toManage } from '../organize/messages.ts';
import type { Planner } from './store.ts';

/** People on a page. */
const LIST = 15;
/** UTF-16 units of one answer in the chat; the export has all of it. */
const ANSWER = 700;

const when = ({ zone }: Event, at: Temporal.Instant, reader: Reader) =>
  formatWhenBoth(reader.lang, at, reader.zone, zone, cities(reader));

const titleOf = (event: Event, t: T) => html`${clip(wording(event, t).title, 200)}`;

const nameOf = ({ person, country }: Planner, { t, lang, programme }: Reader): string => {
  const name = clip((person.fullName ?? person.latinName ?? t('organize:no_name')).replace(/\s+/g, ' '), 60);
  return country === null ? name : `${name} · ${countryName(programme, country, lang)}`;
};

/** The organizer's page: who handed in a plan, and who did not. */
export function plansView(
  event: Event,
  all: Planner[],
  wanted: string | undefined,
  reader: Reader,
  note?: string,
): View {
  const { t } = reader;
  const sorted = all.toSorted((a, b) => Number(a.plan === null) - Number(b.plan === null));
  const place = pageOf(sorted, wanted, LIST);
  const done = all.filter(({ plan }) => plan !== null).length;
  const { plansUntil } = event;
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${t('plans:title')}</b>`,
      titleOf(event, t),
      '',
      plansUntil ? html`${t('plans:until')}: ${when(event, plansUntil, reader)}` : t('plans:off'),
      html`${t('plans:handed_in', { done, total: all.length })}`,
      '',
      ...place.items.map(
        (one, i) => html`${place.first + i + 1}. ${one.plan === null ? '⬜' : '✅'} ${nameOf(one, reader)}`,
      ),
      ...(place.items.length > 0 ? [''] : []),
      t('plans:explained'),
    ),
    buttons: [
      ...grid(
        place.items.flatMap(({ registrationId, plan }, i) =>
          plan === null ? [] : [{ text: String(place.first + i + 1), data: data('plan_of', registrationId) }],
        ),
        5,
      ),
      pageButtons(t, place, (page) => data('plans', event.id, page)),
      [{ text: t('plans:until'), data: data('plans_until', event.id) }],
      plansUntil ? [{ text: t('organize:to_questions'), data: data('questions', event.id, 'p') }] : [],
      done > 0 ? [{ text: t('organize:to_export'), data: data('export_plans', event.id) }] : [],
      [toManage(t, event.id)],
    ],
  };
}

export function planView(event: Event, one: Planner, versions: Version[], reader: Reader): View {
  const { t } = reader;
  const specs = versions.map(({ spec }) => spec);
  const answers = answeredQuestions(specs, t).flatMap(({ label, inWords }): Html[] => {
    const answer = one.plan && inWords(one.plan);
    return answer === null ? [] : [lines('', html`<b>${clip(label, 150)}</b>`, html`${clip(answer, ANSWER)}`)];
  });
  let room = 3200;
  const fitting = answers.filter(({ html }) => (room -= html.length) > 0);
  return {
    text: lines(
      html`<b>${nameOf(one, reader)}</b>`,
      titleOf(event, t),
      ...fitting,
      fitting.length < answers.length && '…',
    ),
    buttons: [[{ text: t('plans:title'), data: data('plans', event.id) }]],
  };
}

/** To who took part. `again`: they have not handed one in. */
export function askView(event: Event, until: Temporal.Instant, again: boolean, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`📝 <b>${t(again ? 'plans:reminder' : 'plans:invitation')}</b>`,
      titleOf(event, t),
      '',
      again ? null : t('plans:invitation_text'),
      html`${t('plans:until')}: ${when(event, until, reader)}`,
    ),
    buttons: [[{ text: t('plans:write'), data: data('action_plan', event.id) }], [menu(t)]],
  };
}

export const askLine = (event: Event, again: boolean, t: T): string =>
  oneLine(`${t(again ? 'plans:reminder' : 'plans:invitation')} · ${wording(event, t).title}`);

/** `until` null: it was too late. */
export function handedInView(event: Event, until: Temporal.Instant | null, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      until ? html`✅ ${t('plans:thanks')}` : t('plans:closed'),
      titleOf(event, t),
      until && html`\n${t('plans:correct_until')}: ${when(event, until, reader)}`,
    ),
    buttons: [[{ text: t('registration:show'), data: data('event', event.id) }], [menu(t)]],
  };
}
