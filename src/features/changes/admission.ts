import { eq } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, send } from '../../bot/view.ts';
import { event as events } from '../../db/schema.ts';
import { defineForm, type Form, type Kind, type Question } from '../../forms/form.ts';
import { choice, yesNo } from '../../forms/kinds/choice.ts';
import { wholeNumber } from '../../forms/kinds/number.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { lockEvent } from '../registration/seats.ts';
import { unchangeableView } from './messages.ts';
import { current, none } from './questions.ts';
import { divisible } from './set-quotas.ts';

/**
 * How people get in. A form of its own, since it is for drafts as well: who registers first should find it as it is meant;
 * the form of the deadline and the reminders is about what is published.
 */
export function admissionForm(deps: Deps): Form {
  const { clock } = deps;
  return defineForm<Event, 'changed' | 'unchangeable'>({
    key: 'admission',
    needs: 'organizer of it',
    ephemeral: true,
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      return event && divisible(event, clock.now()) ? event : null;
    },
    async gone(ctx, eventId) {
      await send(ctx, unchangeableView(ctx.t, { id: eventId }));
    },
    title: ({ t, subject }) => `${t('seats:admission')} · ${wording(subject, t).title}`,
    // Those of a selection are always approved by organizers, and in the order of the shortlist.
    questions: ({ t, subject }) => [
      ...(subject.selective ? [] : [askModerated(t, subject)]),
      {
        key: 'offer',
        label: t('seats:offer_time'),
        ask: `${t('seats:ask_offer_time')}\n${current(t, shownHours(t, subject.offerHours))}`,
        kind: subject.selective ? hours(t) : offering(t, hours(t), [none(t('seats:at_once'))]),
      },
      ...(subject.selective ? [] : [askOrder(t, subject)]),
    ],
    async submit(tx, { subject, answers, now }) {
      const locked = await lockEvent(tx, subject.id);
      if (!locked || !divisible(locked, now)) return 'unchangeable';
      await tx
        .update(events)
        .set({
          offerHours: typeof answers.offer === 'number' ? answers.offer : null,
          // Asked before it became a selection, it is one all the same.
          ...(!locked.selective && {
            moderated: answers.moderated === 'yes',
            waitingOrder: answers.order === 'lottery' ? ('lottery' as const) : ('fifo' as const),
          }),
        })
        .where(eq(events.id, subject.id));
      return 'changed';
    },
    async done(ctx, outcome, { subject }) {
      const { t } = ctx;
      if (outcome === 'unchangeable') return void (await send(ctx, unchangeableView(t, subject)));
      await send(ctx, {
        text: lines(html`<b>${wording(subject, t).title}</b>`, t('changes:saved')),
        buttons: [[{ text: t('common:back'), data: data('manage', subject.id) }]],
      });
    },
  });
}

const askModerated = (t: T, { moderated }: Event): Question => ({
  key: 'moderated',
  label: t('seats:moderated'),
  ask: `${t('seats:ask_moderated')}\n${current(t, t(moderated ? 'common:yes' : 'common:no'))}`,
  kind: yesNo(t),
});

const askOrder = (t: T, { waitingOrder }: Event): Question => ({
  key: 'order',
  label: t('seats:order'),
  ask: `${t('seats:ask_order')}\n${current(t, t(`seats:order_${waitingOrder}`))}`,
  kind: choice(
    t,
    events.waitingOrder.enumValues.map((key) => ({ key, label: t(`seats:order_${key}`) })),
  ),
});

/** A week at most: longer, and the seat would be empty for most of the time that is left. */
function hours(t: T): Kind {
  const number = wholeNumber(t, { min: 1, max: 168 });
  return { ...number, show: (value) => shownHours(t, Number(value)) };
}

const shownHours = (t: T, count: number | null) => (count === null ? t('seats:at_once') : t('seats:hours', { count }));
