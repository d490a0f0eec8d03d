import { formatWhen } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, menu, type Button, type View } from '../../bot/view.ts';
import { showOffsets } from '../../forms/kinds/reminder-offsets.ts';
import { cityOf, countryName } from '../../programme.ts';
import { whenAndWhere, type Reader } from '../events/messages.ts';
import { wording, type Event, type Standing } from '../events/store.ts';
import { agendaButton } from '../sessions/messages.ts';
import type { Divided } from './set-quotas.ts';
import type { CalledOff, Details, Moved, Ruled, Seated } from './store.ts';

type Told = Pick<Reader, 't' | 'lang'>;

/** To those concerned: how it is now, and, struck through, what of it was otherwise. `along`: its sessions moved with it. */
export function eventMovedView(
  event: Event,
  before: Details,
  standing: Standing,
  reader: Reader,
  along: boolean,
): View {
  const { t } = reader;
  const moved = !event.beginsAt.equals(before.beginsAt);
  const otherTime = moved || !event.endsAt.equals(before.endsAt);
  const withLink = standing === 'registered';
  return {
    text: lines(
      html`🔔 <b>${t(moved ? 'changes:moved' : 'changes:changed')}</b>`,
      html`<b>${wording(event, t).title}</b>`,
      '',
      html`<b>${t('changes:now')}</b>`,
      whenAndWhere(event, reader, withLink),
      along && html`${t('sessions:moved_along')}`,
      ...said(event, t),
      '',
      html`<b>${t('changes:before')}</b>`,
      otherTime && struck(whenAndWhere({ ...event, ...before, place: null, link: null }, reader, false)),
      event.place !== before.place && struck(html`📍 ${before.place ?? '—'}`),
      event.link !== before.link && withLink && struck(html`🔗 ${before.link ?? '—'}`),
    ),
    buttons: [
      along ? [agendaButton(t, event.id)] : [],
      [{ text: t('registration:show'), data: data('event', event.id) }],
      [{ text: t(LEAVE[standing]), data: data('cant_come', event.id) }],
    ],
  };
}

const LEAVE = {
  registered: 'events:cant_come',
  waiting: 'events:leave_waiting',
  offered: 'seats:decline_offer',
  pending: 'seats:withdraw',
} as const;

/** The organizer's own words, as they were written: nobody translates them. */
function said({ changeNote }: Event, t: T): (Html | string)[] {
  return changeNote === null ? [] : ['', t('changes:organizers_say'), html`<blockquote>${changeNote}</blockquote>`];
}

const struck = (text: Html) => html`<s>${text}</s>`;

export function eventCancelledView(event: Event, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(
      html`❌ <b>${t('events:cancelled')}</b>`,
      html`<b>${wording(event, t).title}</b>`,
      '',
      struck(whenAndWhere({ ...event, link: null }, reader, false)),
      ...said(event, t),
      '',
      html`${t('changes:sorry')}`,
    ),
    buttons: [[{ text: t('events:all'), data: 'events' }], [menu(t)]],
  };
}

export function calledOffView(event: Event, outcome: CalledOff, { t }: Told): View {
  switch (outcome.kind) {
    case 'cancelled':
      return {
        text: lines(
          html`<b>${wording(event, t).title}</b>`,
          html`${t('events:cancelled')}`,
          html`${t('changes:told', { count: outcome.told })}`,
        ),
        buttons: [[back(t, event)]],
      };
    case 'unchangeable':
      return unchangeableView(t, event);
  }
}

export function moveOutcomeView(event: Event, outcome: Moved, { t }: Told): View {
  switch (outcome.kind) {
    case 'moved':
      return {
        text: lines(
          html`<b>${wording(event, t).title}</b>`,
          html`${t('changes:saved')}`,
          html`${t('changes:told', { count: outcome.told })}`,
        ),
        buttons: [[back(t, event)]],
      };
    case 'unchanged':
      return { text: html`${t('changes:unchanged')}`, buttons: [[back(t, event)]] };
    case 'unchangeable':
      return unchangeableView(t, event);
  }
}

export function seatsOutcomeView(event: Event, seats: number | null, outcome: Seated, { t }: Told): View {
  switch (outcome.kind) {
    case 'changed':
      return {
        text: lines(
          html`<b>${wording(event, t).title}</b>`,
          html`${t('changes:seats_now', { value: seats ?? t('changes:no_limit') })}`,
          html`${t('changes:promoted', { count: outcome.promoted })}`,
        ),
        buttons: [[back(t, event)]],
      };
    case 'kept': {
      const { kept } = outcome;
      return { text: html`${t('seats:quotas_exceed', { kept, seats: seats ?? 0 })}`, buttons: [[back(t, event)]] };
    }
    case 'taken':
      return { text: html`${t('changes:seats_are_taken', { count: outcome.taken })}`, buttons: [[back(t, event)]] };
    case 'unchangeable':
      return unchangeableView(t, event);
  }
}

/** Where more seats are taken than kept, it says so: that can't be undone from here. */
export function quotasOutcomeView(event: Event, outcome: Divided, { t, lang, programme }: Reader): View {
  switch (outcome.kind) {
    case 'changed': {
      const { quotas, takenBy } = outcome.room;
      const rows = [...quotas].map(([country, seats]) => ({ country, seats, taken: takenBy.get(country) ?? 0 }));
      const line = ({ country, seats, taken }: (typeof rows)[number]) =>
        html`${countryName(programme, country, lang)} · ${taken} / ${seats}`;
      const over = rows.filter(({ seats, taken }) => taken > seats);
      return {
        text: lines(
          html`<b>${wording(event, t).title}</b>`,
          html`${t('changes:saved')}`,
          ...rows.map(line),
          html`${t('changes:promoted', { count: outcome.promoted })}`,
          ...(over.length > 0 ? ['', t('seats:quotas_over'), ...over.map(line)] : []),
        ),
        buttons: [[back(t, event)]],
      };
    }
    case 'too many': {
      const { kept, seats } = outcome;
      return { text: html`${t('seats:quotas_exceed', { kept, seats })}`, buttons: [[back(t, event)]] };
    }
    case 'no limit':
      return { text: html`${t('seats:quotas_need_seats')}`, buttons: [[back(t, event)]] };
    case 'unchangeable':
      return unchangeableView(t, event);
  }
}

export function rulesOutcomeView(event: Event, outcome: Ruled, { t, lang, programme }: Reader): View {
  switch (outcome.kind) {
    case 'changed': {
      const { deadlineAt, reminderOffsets } = outcome.rules;
      const city = cityOf(programme, event.zone, lang);
      const until = deadlineAt ? formatWhen(lang, deadlineAt, event.zone, city) : t('changes:until_it_begins');
      return {
        text: lines(
          html`<b>${wording(event, t).title}</b>`,
          html`${t('changes:saved')}`,
          html`${t('events:deadline')} ${until}`,
          html`${t('organize:reminders_are', { list: showOffsets(t, lang, reminderOffsets) })}`,
        ),
        buttons: [[back(t, event)]],
      };
    }
    case 'unchangeable':
      return unchangeableView(t, event);
  }
}

export function unchangeableView(t: T, event: Pick<Event, 'id'> | null): View {
  return { text: html`${t('changes:unchangeable')}`, buttons: [[event ? back(t, event) : menu(t)]] };
}

const back = (t: T, { id }: Pick<Event, 'id'>): Button => ({ text: t('common:back'), data: data('manage', id) });
