import { and, inArray, isNotNull, lt, notInArray } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import { contactRequest, event, invite, message, person, registration, response } from '../../db/schema.ts';
import { forgetDrafts } from '../../forms/draft.ts';
import type { Programme } from '../../programme.ts';
import { erase } from './erase.ts';

/** Minutes. The periods are days and years: looking once an hour is soon enough, and spares the big tables. */
const PAUSE = 60;

/** Every kind of data has an end date, set by the programme. Deletes what has passed it. */
export function keepRetention({ db, programme, log }: Pick<Deps, 'db' | 'programme' | 'log'>) {
  let last: Temporal.Instant | null = null;
  return async (now: Temporal.Instant): Promise<void> => {
    if (last && now.since(last).abs().total('minutes') < PAUSE) return;
    last = now;
    const before = (kind: keyof Programme['retention']) =>
      now.toZonedDateTimeISO('UTC').subtract(Temporal.Duration.from(programme.retention[kind])).toInstant();

    await forgetDrafts(db, before('drafts'));
    await db.delete(invite).where(lt(invite.expiresAt, before('invitations')));
    await db.delete(contactRequest).where(lt(contactRequest.createdAt, before('contactRequests')));
    await db.delete(response).where(and(isNotNull(response.personId), lt(response.submittedAt, before('surveys'))));
    const over = notInArray(message.state, ['queued', 'claimed', 'sending']);
    await db.delete(message).where(and(lt(message.createdAt, before('messages')), over));
    const ended = db
      .select({ id: event.id })
      .from(event)
      .where(lt(event.endsAt, before('registrations')));
    await db.delete(registration).where(inArray(registration.eventId, ended));

    const silent = await db
      .select()
      .from(person)
      .where(lt(person.seenAt, before('profile')));
    for (const one of silent) await erase(db, one, now);
    if (silent.length > 0) log.info({ people: silent.length }, 'erased at the end of their retention period');
  };
}
