import type { Deps } from '../../bot/context.ts';
import { send } from '../../bot/view.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { reminderOffsets, showOffsets } from '../../forms/kinds/reminder-offsets.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { rulesOutcomeView, unchangeableView } from './messages.ts';
import { askDeadline, current, deadlineOf, keep } from './questions.ts';
import { changeable, setRules, type Ruled } from './store.ts';
import { readerOf } from '../events/messages.ts';

/** Until when people can register, and when they are reminded: nobody needs to be told of it. */
export function rulesForm(deps: Deps): Form {
  const { programme, clock } = deps;
  return defineForm<Event, Ruled>({
    key: 'rules',
    needs: 'organizer of it',
    ephemeral: true,
    async load(db, _person, eventId) {
      const event = await findEvent(db, eventId);
      return event && changeable(event, clock.now()) ? event : null;
    },
    async gone(ctx, eventId) {
      await send(ctx, unchangeableView(ctx.t, { id: eventId }));
    },
    title: ({ t, subject }) => `${t('organize:to_rules')} · ${wording(subject, t).title}`,
    questions(at) {
      const { t, lang, subject: event } = at;
      const offsets = showOffsets(t, lang, event.reminderOffsets);
      const kind = reminderOffsets(t, lang);
      return [
        askDeadline(programme, at, event.beginsAt),
        {
          key: 'reminders',
          label: t('organize:event_reminders'),
          ask: `${t('organize:ask_reminders')}\n${current(t, offsets)}`,
          kind: offering(t, kind, [keep(t, offsets)]),
        },
      ];
    },
    submit(tx, { subject, answers: { deadline, reminders }, now }) {
      const rules = {
        deadlineAt: deadlineOf(subject, deadline, subject.beginsAt),
        reminderOffsets: Array.isArray(reminders) ? reminders.map(Number) : subject.reminderOffsets,
      };
      return setRules(tx, subject.id, rules, now);
    },
    async done(ctx, outcome, { subject }) {
      await send(ctx, rulesOutcomeView(subject, outcome, readerOf(deps, ctx)));
    },
  });
}
