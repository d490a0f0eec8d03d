import type { Deps } from '../../bot/context.ts';
import { organizes } from '../../bot/roles.ts';
import { send } from '../../bot/view.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { findEvent, type Event } from '../events/store.ts';
import { translatedView } from '../translations/messages.ts';
import type { Landing } from './create-form.ts';
import { saveTexts } from './store.ts';
import { answersOfTexts, askTexts, readTexts } from './text-questions.ts';

/** Title and description of an event, also of a published one: a better wording changes nothing that people agreed to. */
export function textsForm(deps: Deps, landing: Landing): Form {
  return defineForm<Event, number>({
    key: 'event_texts',
    needs: 'translator or organizer of it',
    load: (db, _person, eventId) => findEvent(db, eventId),
    gone: (ctx) => landing.refuse(ctx),
    title: ({ t }) => t('organize:to_edit_texts'),
    questions: ({ t, answers }) => askTexts(deps.programme, t, answers),
    known: ({ subject }) => answersOfTexts(subject.texts),
    confirm: (t) => t('organize:save'),
    async submit(tx, { subject, answers }) {
      await saveTexts(tx, subject.id, readTexts(deps.programme, answers));
      return subject.id;
    },
    async done(ctx, eventId) {
      if (await organizes(deps, ctx.person, eventId)) await landing.open(ctx, eventId);
      else await send(ctx, translatedView(ctx.t));
    },
  });
}
