import type { Deps } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { outgoing, type MessageKind } from '../../delivery/messages.ts';
import { remindersJob } from './job.ts';
import { reminderView } from './messages.ts';
import { reminded } from './store.ts';

/** Reminders before an event, to those who have a seat. When they fall due: job.ts. How they read: messages.ts. */
export function reminders(deps: Deps): Feature {
  const { db, programme } = deps;

  const reminder: MessageKind = {
    topic: 'reminders',
    async render(message, { person, t, lang, now }) {
      const found = await reminded(db, message, person, now);
      if (found.kind === 'untrue') return { drop: found.reason };
      return outgoing(reminderView(found.event, { t, lang, zone: person.zone, programme, now }));
    },
  };

  return { name: 'reminders', messages: { reminder }, jobs: [remindersJob(deps)] };
}
