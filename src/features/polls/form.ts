import type { Deps } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import { may } from '../../bot/roles.ts';
import { menu, send } from '../../bot/view.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { linesOf, list } from '../../forms/kinds/list.ts';
import { text } from '../../forms/kinds/text.ts';
import { countSeats, findEvent, wording, type Event } from '../events/store.ts';
import { LIMITS, noPollView, startedView } from './messages.ts';
import { startPoll } from './store.ts';

/** A quick poll for the people of an event. The summary, where everything stands as it will be asked, is its preview. */
export function pollForm(deps: Deps): Form {
  return defineForm<Event, Awaited<ReturnType<typeof startPoll>>>({
    key: 'poll',
    needs: 'organizer of it',
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      if (event?.status !== 'published') return null;
      const { taken } = await countSeats(db, event);
      return taken > 0 ? event : null;
    },
    async gone(ctx, eventId) {
      const event = (await may(deps, ctx.person, { needs: 'organizer of it' }, [String(eventId)]))
        ? await findEvent(deps.db, eventId)
        : null;
      await send(
        ctx,
        event ? noPollView(event, ctx.t) : { text: html`${ctx.t('polls:cannot_start')}`, buttons: [[menu(ctx.t)]] },
      );
    },
    title: ({ t, subject }) => t('polls:starting', { event: wording(subject, t).title }),
    questions({ t }) {
      const options = list(t, { min: 2, max: LIMITS.options, longest: LIMITS.option });
      return [
        {
          key: 'question',
          label: t('polls:question'),
          ask: t('polls:ask_question'),
          kind: text(t, { max: LIMITS.question }),
        },
        {
          key: 'options',
          label: t('polls:options'),
          ask: t('polls:ask_options', { max: LIMITS.options }),
          kind: {
            ...options,
            show: (value) =>
              linesOf(value)
                .map((line) => `\n• ${line}`)
                .join(''),
          },
        },
      ];
    },
    confirm: (t) => t('polls:start'),
    submit: (tx, { subject, answers, person, now }) =>
      startPoll(tx, {
        eventId: subject.id,
        question: answers.question as string,
        options: linesOf(answers.options),
        createdBy: person.id,
        now,
      }),
    async done(ctx, { poll, recipients }, { subject }) {
      await send(ctx, startedView(subject, poll, recipients, ctx));
    },
  });
}
