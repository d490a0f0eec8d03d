import { collator } from '../../bot/format/words.ts';
import { formatWhen } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { pageButtons, pageOf } from '../../bot/pages.ts';
import { clip, data, grid, oneLine, shorten, type View } from '../../bot/view.ts';
import { cityOf, countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from '../organize/messages.ts';
import { listId } from './list.ts';
import { NOBODY, type FocalPoint, type ListFigures } from './store.ts';

type Found = { countries: string[]; figures: ListFigures[]; focalPoints: FocalPoint[]; mayInvite: boolean };

/** The organizer's page of an event: what each country has nominated, and who does it there. */
export function overviewView(
  event: Event,
  { countries, figures, focalPoints, mayInvite }: Found,
  wanted: string | undefined,
  reader: Reader,
): View {
  const { t, lang, programme, now } = reader;
  const { nominationsUntil: until, nominees: most } = event;
  const rows = countries
    .map((country) => ({
      country,
      name: countryName(programme, country, lang),
      of: figures.find((one) => one.country === country) ?? NOBODY,
      who: focalPoints.filter((one) => one.country === country).map(({ person }) => person),
    }))
    .toSorted((a, b) => collator(lang).compare(a.name, b.name));
  const { items, ...place } = pageOf(rows, wanted);
  const asks = until !== null;
  const ahead = event.status !== 'cancelled' && Temporal.Instant.compare(event.beginsAt, now) > 0;
  const row = ({ name, of, who }: (typeof rows)[number]): Html =>
    lines(
      html`<b>${name}</b> · ${count(of.named, most)}${of.endorsed > 0 && ` · ${t('nominations:of_them_endorsed', { number: of.endorsed })}`}`,
      who.length === 0
        ? html`⚠️ ${t('nominations:no_focal_point')}`
        : html`👤 ${who.map(({ fullName }) => oneLine(fullName ?? t('organize:no_name'))).join(', ')}`,
    );
  return {
    text: lines(
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      html`<b>${t('nominations:title')}</b>`,
      asks
        ? html`${t('nominations:until', { until: formatWhen(lang, until, event.zone, cityOf(programme, event.zone, lang)) })}`
        : html`${t('nominations:not_asked_yet')}`,
      asks && html`${t('nominations:most', { most: most ?? t('organize:no_limit') })}`,
      ...(asks ? items.flatMap((one) => ['', row(one)]) : []),
    ),
    buttons: [
      ahead
        ? [{ text: t(asks ? 'nominations:change_terms' : 'nominations:ask'), data: data('nomination_terms', event.id) }]
        : [],
      ...(asks
        ? grid(
            items.map(({ country, name }) => ({
              text: shorten(name),
              data: data('nominees', listId({ eventId: event.id, country })),
            })),
            2,
          )
        : []),
      asks ? pageButtons(t, place, (to) => data('event_nominations', event.id, to)) : [],
      asks && mayInvite ? [{ text: t('roles:kind_focal_point'), data: 'invite_country' }] : [],
      [toManage(t, event.id)],
    ],
  };
}

const count = (named: number, most: number | null): string => (most === null ? String(named) : `${named} / ${most}`);
