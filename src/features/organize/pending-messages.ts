import { html, lines } from '../../bot/html.ts';
import { pageButtons } from '../../bot/pages.ts';
import { clip, data, grid, shorten, type Button, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from './messages.ts';
import { scopeArgs, type Applications, type Scope } from './pending.ts';
import { describe, endorsed } from './people-messages.ts';
import { ANY_COUNTRY } from './store.ts';

/** Who asks for a seat; organizers open one, or decide on a page, or on the list of a country, at once. */
export function applicationsView(event: Event, found: Applications, reader: Reader, note?: string): View {
  const { t, lang, programme } = reader;
  const { page, country, countries, all } = found;
  const { items } = page;
  const shown: Scope | null =
    items.length === 0 ? null : { country, from: items[0]!.registration.id, to: items.at(-1)!.registration.id };
  const list = (of: string, to = 0) => data('applications', event.id, of, to);
  const many = (text: string, name: string, scope: Scope): Button => ({
    text,
    data: data(name, event.id, ...scopeArgs(scope)),
  });
  const filters = countries.flatMap(({ country: of, n }) =>
    of === null || of === country || countries.length < 2
      ? []
      : [{ text: shorten(`${countryName(programme, of, lang)} · ${n}`), data: list(of) }],
  );
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      html`<b>${t('seats:applications')}</b>${country && ` · ${countryName(programme, country, lang)}`}`,
      '',
      ...(items.length === 0 ? [t('seats:no_applications')] : []),
      ...items.map((one, i) => html`${page.first + i + 1}. ${describe(one, reader)}${endorsed(one, reader)}`),
      ...(items.length === 0 ? [] : ['', t('seats:press_number')]),
    ),
    buttons: [
      ...grid(
        items.map(({ registration: { id } }, i) => ({
          text: String(page.first + i + 1),
          data: data('participant', id, 0),
        })),
        4,
      ),
      pageButtons(t, page, (to) => list(country ?? ANY_COUNTRY, to)),
      // Seats of a selection are offered to its shortlist; one by one, on somebody's page, organizers may still approve.
      shown && !event.selective ? [many(t('seats:approve_shown'), 'approve_many', shown)] : [],
      shown ? [many(t('seats:decline_shown'), 'decline_many', shown)] : [],
      all && page.pages > 1 && !event.selective ? [many(t('seats:approve_all'), 'approve_many', all)] : [],
      all && page.pages > 1 ? [many(t('seats:decline_all'), 'decline_many', all)] : [],
      ...grid(filters, 2),
      country === null ? [] : [{ text: t('seats:all_countries'), data: list(ANY_COUNTRY) }],
      [toManage(t, event.id)],
    ],
  };
}

/** The question before many are let in at once. */
export function reallyApproveView(event: Event, scope: Scope, people: number, { t, lang, programme }: Reader): View {
  return {
    text: lines(
      html`<b>${clip(wording(event, t).title, 200)}</b>`,
      html`${t('seats:people')}: ${people}${scope.country && ` · ${countryName(programme, scope.country, lang)}`}`,
      '',
      t('seats:really_approve_many'),
    ),
    buttons: [
      [{ text: t('seats:approve'), data: data('approve_many_now', event.id, ...scopeArgs(scope)) }],
      [{ text: t('common:back'), data: data('applications', event.id, scope.country ?? ANY_COUNTRY, 0) }],
    ],
  };
}
