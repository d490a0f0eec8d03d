import { defineForm, type Form } from '../../forms/form.ts';
import { text } from '../../forms/kinds/text.ts';
import { send } from '../../bot/view.ts';
import { findMark, setReason, type MarkOf } from './attended.ts';
import { unknownView } from './manage-messages.ts';
import { eventOfMark } from './store.ts';

/** Why somebody is excused: a word for the other organizers. That they are excused stands already. */
export function excuseForm(open: (ctx: Parameters<Form['gone']>[0], sessionId: number) => Promise<void>): Form {
  return defineForm<MarkOf, number>({
    key: 'excuse_why',
    needs: 'organizer of it',
    of: eventOfMark,
    ephemeral: true,
    async load(db, _person, id) {
      const found = await findMark(db, id);
      return found?.state === 'excused' ? found : null;
    },
    async gone(ctx) {
      await send(ctx, unknownView(ctx.t));
    },
    title: ({ t }) => t('sessions:excuse'),
    questions: ({ t }) => [
      {
        key: 'reason',
        label: t('sessions:why'),
        ask: t('sessions:ask_why'),
        optional: true,
        kind: text(t, { max: 200 }),
      },
    ],
    async submit(tx, { subject, answers }) {
      await setReason(tx, subject.id, typeof answers.reason === 'string' ? answers.reason : null);
      return subject.session.id;
    },
    done: (ctx, sessionId) => open(ctx, sessionId),
  });
}
