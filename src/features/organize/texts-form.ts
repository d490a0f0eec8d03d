import type { Deps } from '../../bot/context.ts';
import { isOrganizer } from '../../bot/roles.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { findEvent, type Event } from '../events/store.ts';
import type { Landing } from './create-form.ts';
import { saveTexts } from './store.ts';
import { answersOfTexts, askTexts, readTexts } from './text-questions.ts';

/** Title and description of an event, also of a published one: a better wording changes nothing that people agreed to. */
export function textsForm(deps: Deps, landing: Landing): Form {
  return defineForm<Event, number>({
    key: 'event_texts',
    organizer: true,
    load: async (db, person, eventId) => ((await isOrganizer(deps, person)) ? findEvent(db, eventId) : null),
    gone: (ctx) => landing.refuse(ctx),
    title: ({ t }) => t('organize:to_edit_texts'),
    questions: ({ t, answers }) => askTexts(deps.programme, t, answers),
    known: ({ subject }) => answersOfTexts(subject.texts),
    confirm: (t) => t('organize:save'),
    async submit(tx, { subject, answers }) {
      await saveTexts(tx, subject.id, readTexts(deps.programme, answers));
      return subject.id;
    },
    done: (ctx, eventId) => landing.open(ctx, eventId),
  });
}
