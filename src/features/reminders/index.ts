import type { Deps } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { outgoing, type MessageKind } from '../../delivery/messages.ts';
import { beforeTheBeginning } from './job.ts';
import { reminderLine, reminderView } from './messages.ts';
import { mayBeThere, reminded } from './store.ts';

/** Reminders before an event, to those who have a seat. When they fall due: job.ts. How they read: messages.ts. */
export function reminders(deps: Deps): Feature {
  const { db, programme } = deps;

  const reminder: MessageKind = {
    topic: 'reminders',
    async render(message, { person, t, lang, now }) {
      const found = await reminded(db, message, person, now);
      if ('drop' in found) return found;
      const reader = { t, lang, zone: person.zone, programme, now };
      return outgoing(reminderView(found.event, reader, mayBeThere(message, found.event)));
    },
    async title(message, { person, t, now }) {
      const found = await reminded(db, message, person, now);
      return 'drop' in found ? null : reminderLine(found.event, t);
    },
  };

  return { name: 'reminders', messages: { reminder }, occasions: [beforeTheBeginning] };
}
