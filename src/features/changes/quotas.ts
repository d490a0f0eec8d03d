import type { Deps } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import { data, send } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { chosen, several } from '../../forms/kinds/choice.ts';
import { wholeNumber } from '../../forms/kinds/number.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { instantIn, when } from '../../forms/kinds/when.ts';
import { countryName } from '../../programme.ts';
import { quotasOf, roomOf, type Room } from '../events/seats.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { quotasOutcomeView, unchangeableView } from './messages.ts';
import { clockOf, current, none } from './questions.ts';
import { divisible, setQuotas, sumOf, type Divided } from './set-quotas.ts';
import { readerOf } from '../events/messages.ts';

type Subject = { event: Event & { seats: number }; room: Room; now: Map<string, number> };

const keyOf = (country: string) => `quota_${country}`;

/** Seats that are kept for countries. */
export function quotasForm(deps: Deps): Form {
  const { programme, clock } = deps;

  return defineForm<Subject, Divided>({
    key: 'quotas',
    needs: 'organizer of it',
    ephemeral: true,
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      if (!event || event.seats === null || !divisible(event, clock.now())) return null;
      const seats = event.seats;
      return {
        event: { ...event, seats },
        room: await roomOf(db, event, clock.now()),
        now: await quotasOf(db, eventId),
      };
    },
    async gone(ctx, eventId) {
      const event = await findEvent(deps.db, eventId);
      if (event?.seats !== null) return void (await send(ctx, unchangeableView(ctx.t, { id: eventId })));
      await send(ctx, {
        text: html`${ctx.t('seats:quotas_need_seats')}`,
        buttons: [[{ text: ctx.t('organize:to_seats'), data: data('seats', eventId) }]],
      });
    },
    title: ({ t, subject }) => `${t('seats:quotas')} · ${wording(subject.event, t).title}`,
    questions(at) {
      const { t, lang, answers, subject } = at;
      const name = (country: string) => countryName(programme, country, lang);
      const options = programme.countries.map(({ code }) => ({ key: code, label: name(code) }));
      const kept = [...subject.now].map(([country, seats]) => `${name(country)} ${seats}`).join(', ');
      const countries = chosen(answers.countries);
      return [
        {
          key: 'countries',
          label: t('seats:quotas'),
          ask: `${t('seats:ask_quota_countries')}\n${current(t, kept || null)}`,
          kind: several(t, options, { columns: 2 }),
        },
        ...countries.map((country) => howMany(at, country, name(country))),
        ...(countries.length > 0 ? [untilWhen(at)] : []),
      ];
    },
    confirm: (t) => t('organize:save'),
    submit: (tx, { subject, answers, now }) => {
      const seats = new Map(chosen(answers.countries).map((country) => [country, Number(answers[keyOf(country)])]));
      const until = typeof answers.until === 'string' ? instantIn(subject.event.zone, answers.until) : null;
      return setQuotas(tx, subject.event.id, { seats, until }, now);
    },
    async done(ctx, outcome, { subject }) {
      await send(ctx, quotasOutcomeView(subject.event, outcome, readerOf(deps, ctx)));
    },
  });

  function howMany({ t, answers, subject }: Asking<Subject>, country: string, name: string): Question {
    const { event, room, now } = subject;
    return {
      key: keyOf(country),
      label: name,
      ask: [
        t('seats:ask_quota', { country: name }),
        current(t, String(now.get(country) ?? 0)),
        t('changes:taken', { count: room.takenBy.get(country) ?? 0 }),
        t('organize:seats_left', { seats: event.seats - others(answers, country) }),
      ].join('\n'),
      kind: wholeNumber(t, { min: 1, max: event.seats - others(answers, country) }),
    };
  }

  function untilWhen(at: Asking<Subject>): Question {
    const { t, now, subject } = at;
    const { event } = subject;
    const limits = { before: event.beginsAt };
    const { city, show, example } = clockOf(programme, event, at);
    return {
      key: 'until',
      label: t('seats:quotas_until'),
      ask: t('seats:ask_quotas_until', { city, example: example(limits) }),
      kind: offering(t, when(t, event.zone, now, show, limits), [none(t('changes:until_it_begins'))]),
    };
  }
}

/** Seats that the answers keep for other countries. */
function others(answers: Answers, country: string): number {
  const rest = chosen(answers.countries).filter((one) => one !== country);
  return sumOf(new Map(rest.map((one) => [one, Number(answers[keyOf(one)] ?? 0)])));
}
