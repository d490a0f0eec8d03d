import type { Deps, PersonCtx } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import { menu, send } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { instantIn, when } from '../../forms/kinds/when.ts';
import { clockOf, current, none } from '../changes/questions.ts';
import { readerOf } from '../events/messages.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { madeQuestions, prefixed, unprefixed } from '../forms/questions.ts';
import { askedVersion, MADE, type Version } from '../forms/store.ts';
import { handedInView } from './messages.ts';
import * as store from './store.ts';

type Subject = { event: Event; form: Version; earlier: Answers };

/** What somebody will do at home. Handed in, it can be opened again and corrected until its time is over. */
export function planForm(deps: Deps): Form {
  const { db, clock } = deps;
  const reader = (to: PersonCtx) => readerOf(deps, to);
  return defineForm<Subject, boolean>({
    key: store.ACTION_PLAN,
    needs: 'person',
    resumes: 'silently',
    async load(db, person, eventId) {
      const event = await findEvent(db, eventId);
      if (!event || !(await store.isAsked(db, event, person.id, clock.now()))) return null;
      const form = await askedVersion(db, { eventId, purpose: 'action_plan' });
      return form && { event, form, earlier: (await store.planOf(db, eventId, person.id)) ?? {} };
    },
    async gone(ctx, eventId) {
      const event = await findEvent(db, eventId);
      const seen = event && (await store.tookPart(db, eventId, ctx.person.id));
      if (seen) return void (await send(ctx, handedInView(event, null, reader(ctx))));
      await send(ctx, { text: html`${ctx.t('plans:closed')}`, buttons: [[menu(ctx.t)]] });
    },
    title: ({ t, subject }) => `${t('plans:one')} · ${wording(subject.event, t).title}`,
    questions: (at) => madeQuestions(at.subject.form.spec, MADE, at),
    known: ({ subject }) => prefixed(MADE, subject.earlier),
    confirm: (t) => t('plans:hand_in'),
    submit: (tx, { person, subject: { event, form }, answers, now }) =>
      store.handIn(
        tx,
        { eventId: event.id, personId: person.id, now },
        { answers: unprefixed(MADE, answers), formVersionId: form.id },
      ),
    async done(ctx, taken, { subject: { event } }) {
      await send(ctx, handedInView(event, taken ? event.plansUntil : null, reader(ctx)));
    },
  });
}

/** Until when plans are handed in. */
export function plansUntilForm(
  { programme, i18n }: Deps,
  landing: (ctx: PersonCtx, eventId: number, note?: string) => Promise<void>,
): Form {
  return defineForm<Event, void>({
    key: 'plans_until',
    needs: 'organizer of it',
    ephemeral: true,
    load: (db, _person, eventId) => findEvent(db, eventId),
    gone: (ctx, eventId) => landing(ctx, eventId),
    title: ({ t, subject }) => `${t('plans:title')} · ${wording(subject, t).title}`,
    questions: (at) => {
      const { t, subject: event, now } = at;
      const { city, show, example } = clockOf(programme, event, at);
      const limits = { after: event.endsAt };
      return [
        {
          key: 'until',
          label: t('plans:until'),
          ask: [
            t('plans:ask_until', { city, example: example(limits) }),
            current(t, event.plansUntil && show(event.plansUntil)),
          ].join('\n'),
          kind: offering(t, when(t, event.zone, now, show, limits), [none(t('plans:not_asked'))]),
        },
      ];
    },
    submit(tx, { subject, answers: { until }, person, now }) {
      const at = typeof until === 'string' ? instantIn(subject.zone, until) : null;
      return store.setPlansUntil(tx, i18n, subject.id, at, { by: person.id, now });
    },
    done: (ctx, _saved, { subject }) => landing(ctx, subject.id, ctx.t('changes:saved')),
  });
}
