import type { Deps } from '../../bot/context.ts';
import { formatWhen } from '../../bot/format/dates.ts';
import type { T } from '../../bot/i18n.ts';
import { send, shorten } from '../../bot/view.ts';
import { defineForm, type Form, type Kind } from '../../forms/form.ts';
import { cityOf } from '../../programme.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { calledOffView, unchangeableView } from './messages.ts';
import { askNote, noteOf } from './questions.ts';
import { callOff, changeable, concerned, type CalledOff } from './store.ts';

type Subject = { event: Event; people: number };

/** Calls an event off, with a word to those who wanted to come. The last answer does it. */
export function callOffForm(deps: Deps): Form {
  const { programme, clock } = deps;
  return defineForm<Subject, CalledOff>({
    key: 'call_off',
    needs: 'organizer of it',
    ephemeral: true,
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      if (!event || !changeable(event, clock.now())) return null;
      return { event, people: await concerned(db, event) };
    },
    async gone(ctx, eventId) {
      await send(ctx, unchangeableView(ctx.t, { id: eventId }));
    },
    title: ({ t, subject }) => `${t('organize:to_call_off')} · ${wording(subject.event, t).title}`,
    questions({ t, lang, subject: { event, people } }) {
      const { title } = wording(event, t);
      return [
        askNote(t),
        {
          key: 'sure',
          label: t('organize:to_call_off'),
          ask: [
            title,
            formatWhen(lang, event.beginsAt, event.zone, cityOf(programme, event.zone, lang)),
            '',
            t('changes:really'),
            t('changes:will_be_told', { count: people }),
          ].join('\n'),
          kind: byName(t, title),
        },
      ];
    },
    submit: (tx, { subject, answers, now }) => callOff(tx, subject.event.id, noteOf(answers), now),
    async done(ctx, outcome, { subject }) {
      await send(ctx, calledOffView(subject.event, outcome, ctx));
    },
  });
}

/** The event's own name is the button: no organizer calls off the wrong one by habit, and nothing typed does it. */
function byName(t: T, title: string): Kind {
  return {
    options: () => [{ token: 'yes', label: shorten(`❌ ${title}`) }],
    press: (token) =>
      token === 'yes' ? { kind: 'ok', value: true } : { kind: 'invalid', say: t('forms:expect_choice') },
    read: () => ({ kind: 'invalid', say: t('forms:expect_choice') }),
    show: () => title,
  };
}
