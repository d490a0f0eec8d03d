import { eq } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, send } from '../../bot/view.ts';
import { event as events } from '../../db/schema.ts';
import { defineForm, type Form, type Kind } from '../../forms/form.ts';
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
    questions: ({ t, subject }) => [
      {
        key: 'moderated',
        label: t('seats:moderated'),
        ask: `${t('seats:ask_moderated')}\n${current(t, t(subject.moderated ? 'common:yes' : 'common:no'))}`,
        kind: yesNo(t),
      },
      {
        key: 'offer',
        label: t('seats:offer_time'),
        ask: `${t('seats:ask_offer_time')}\n${current(t, shownHours(t, subject.offerHours))}`,
        kind: offering(t, hours(t), [none(t('seats:at_once'))]),
      },
      {
        key: 'order',
        label: t('seats:order'),
        ask: `${t('seats:ask_order')}\n${current(t, t(`seats:order_${subject.waitingOrder}`))}`,
        kind: choice(
          t,
          events.waitingOrder.enumValues.map((key) => ({ key, label: t(`seats:order_${key}`) })),
        ),
      },
    ],
    async submit(tx, { subject, answers, now }) {
      const locked = await lockEvent(tx, subject.id);
      if (!locked || !divisible(locked, now)) return 'unchangeable';
      await tx
        .update(events)
        .set({
          moderated: answers.moderated === 'yes',
          offerHours: typeof answers.offer === 'number' ? answers.offer : null,
          waitingOrder: answers.order === 'lottery' ? 'lottery' : 'fifo',
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

/** A week at most: longer, and the seat would be empty for most of the time that is left. */
function hours(t: T): Kind {
  const number = wholeNumber(t, { min: 1, max: 168 });
  return { ...number, show: (value) => shownHours(t, Number(value)) };
}

const shownHours = (t: T, count: number | null) => (count === null ? t('seats:at_once') : t('seats:hours', { count }));
