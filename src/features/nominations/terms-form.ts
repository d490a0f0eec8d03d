import type { Deps } from '../../bot/context.ts';
import { html, lines } from '../../bot/html.ts';
import { data, send } from '../../bot/view.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { wholeNumber } from '../../forms/kinds/number.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { instantIn, when } from '../../forms/kinds/when.ts';
import { clockOf, current, keep, none } from '../changes/questions.ts';
import { unchangeableView } from '../changes/messages.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { askForNominations, type Asked, type Terms } from './write.ts';

/** Until when focal points nominate, and how many. For drafts as well: they are told when it is published. */
export function termsForm(deps: Deps): Form {
  const { programme, clock } = deps;
  return defineForm<Event, Asked>({
    key: 'nomination_terms',
    needs: 'organizer of it',
    ephemeral: true,
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      const ahead = event && Temporal.Instant.compare(event.beginsAt, clock.now()) > 0;
      return ahead && event.status !== 'cancelled' ? event : null;
    },
    async gone(ctx, eventId) {
      await send(ctx, unchangeableView(ctx.t, { id: eventId }));
    },
    title: ({ t, subject }) => `${t('nominations:title')} · ${wording(subject, t).title}`,
    questions(at) {
      const { t, subject: event, answers, now } = at;
      const { city, show, example } = clockOf(programme, event, at);
      const { nominationsUntil: until, nominees: most, beginsAt } = event;
      const ahead = until !== null && Temporal.Instant.compare(until, now) > 0;
      const offers = [
        ...(ahead ? [keep(t, show(until))] : []),
        ...(until === null ? [] : [none(t('nominations:stop'))]),
      ];
      const limit = { before: beginsAt };
      return [
        {
          key: 'until',
          label: t('nominations:until_label'),
          ask: [
            t('nominations:ask_until', { city, example: example(limit) }),
            ...(until === null ? [] : [current(t, show(until))]),
          ].join('\n'),
          kind: offering(t, when(t, event.zone, now, show, limit), offers),
        },
        ...(answers.until === false
          ? []
          : [
              {
                key: 'most',
                label: t('nominations:most_label'),
                ask: [
                  t('nominations:ask_most'),
                  ...(until === null ? [] : [current(t, most === null ? t('organize:no_limit') : String(most))]),
                ].join('\n'),
                kind: offering(t, wholeNumber(t, { min: 1, max: 1000 }), [none(t('changes:no_limit'))]),
              },
            ]),
      ];
    },
    confirm: (t) => t('common:save'),
    submit: (tx, { subject, answers, now }) => askForNominations(tx, subject.id, termsIn(subject, answers), now),
    async done(ctx, outcome, { subject }) {
      const { t } = ctx;
      if (outcome.kind === 'unchangeable') return void (await send(ctx, unchangeableView(t, subject)));
      await send(ctx, {
        text: lines(
          html`<b>${wording(subject, t).title}</b>`,
          t('changes:saved'),
          outcome.told && t('nominations:are_told'),
        ),
        buttons: [[{ text: t('nominations:title'), data: data('event_nominations', subject.id) }]],
      });
    },
  });

  function termsIn(event: Event, { until, most }: Record<string, unknown>): Terms {
    // `true`: as it is, also when another organizer has changed it meanwhile.
    const end =
      typeof until === 'string' ? instantIn(event.zone, until) : until === true ? event.nominationsUntil : null;
    return { until: end, most: typeof most === 'number' ? most : null };
  }
}
