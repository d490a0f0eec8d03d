import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, show, type View } from '../../bot/view.ts';
import { eventOfRegistration, findEvent, waitingPosition } from '../events/store.ts';
import { versionsOf } from '../forms/store.ts';
import { approve, type Approved } from '../registration/seats.ts';
import { historyOf } from '../registration/store.ts';
import { noEventView } from './messages.ts';
import { participantView } from './participant-messages.ts';
import { findParticipant } from './store.ts';
import { readerOf } from '../events/messages.ts';

/** The page of one person at one event, and what organizers decide there. Their registration is the argument. */
export function participantRoutes(deps: Deps): Route[] {
  const { db, clock } = deps;
  const open = (ctx: PersonCtx, id: string | undefined, page: string | undefined, note?: string) =>
    showParticipant(deps, ctx, idOf(id), { page, note, how: show });

  /** A press about one registration. */
  const about = (name: string, go: (ctx: PersonCtx, id: string, page?: string) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    of: eventOfRegistration,
    do: (ctx, id = '', page) => go(ctx, id, page),
  });

  return [
    about('participant', open),
    about('approve', async (ctx, id, page) => {
      const decision = { registrationId: idOf(id), actorId: ctx.person.id, now: clock.now() };
      const outcome = await db.transaction((tx) => approve(tx, decision));
      await open(ctx, id, page, approvalNote(ctx.t, outcome));
    }),
    about('decline_person', (ctx, id) => ctx.fill('decline', idOf(id))),
    about('note_person', (ctx, id) => ctx.fill('participant_note', idOf(id))),
  ];
}

function approvalNote(t: T, outcome: Approved): string {
  switch (outcome.kind) {
    case 'registered':
      return t('seats:was_approved');
    case 'waiting':
      return t('seats:was_put');
    case 'not possible':
      return t('seats:not_possible');
  }
}

type How = {
  page?: string | undefined;
  note?: string | undefined;
  how: (ctx: PersonCtx, view: View) => Promise<unknown>;
};

/** Shows the page as things stand now. */
export async function showParticipant(
  deps: Pick<Deps, 'db' | 'clock' | 'programme'>,
  ctx: PersonCtx,
  registrationId: number,
  { page, note, how }: How,
): Promise<void> {
  const { db } = deps;
  const { t } = ctx;
  const found = await findParticipant(db, registrationId);
  const event = found && (await findEvent(db, found.registration.eventId));
  if (!found || !event) return void (await how(ctx, noEventView(t)));
  const position = await waitingPosition(db, found.registration);
  const history = await historyOf(db, registrationId);
  const versions = await versionsOf(db, { eventId: event.id, purpose: 'registration' });
  const standing = { ...found, event, position, history, versions };
  await how(ctx, participantView(standing, String(idOf(page)), readerOf(deps, ctx), note));
}
