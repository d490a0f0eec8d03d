import type { Deps } from '../../bot/context.ts';
import { oneLine } from '../../bot/view.ts';
import { outgoing, type Message, type Recipient } from '../../delivery/messages.ts';
import { findEvent, wording } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { addCriterionForm, editCriterionForm, reviewForm, scoresUntilForm, type Landing } from './forms.ts';
import { beforeScoresEnd } from './job.ts';
import { organizerRoutes } from './organizer.ts';
import { reminderView } from './review-messages.ts';
import { reviewerRoutes } from './reviewer.ts';
import { tasksOf } from './reviews.ts';
import { isReviewer, isScored } from './store.ts';

/**
 * From applications to seats: reviewers score them by criteria, organizers make a shortlist, and the seats are offered to it.
 * An application is a registration that is under review; an offer is that of any seat. See registration/seats.ts.
 */
export function selection(deps: Deps): Feature {
  const { db, programme } = deps;
  const reviewer = reviewerRoutes(deps);
  const organizer = organizerRoutes(deps);
  const landing: Landing = { ...organizer.landing, reviewed: reviewer.reviewed };

  /** What somebody still has to score; a reason, if there is nothing. */
  async function left({ eventId }: Message, { person, now }: Recipient) {
    const event = eventId === null ? null : await findEvent(db, eventId);
    if (!event || !isScored(event, now)) return { drop: 'scoring is over' };
    if (!(await isReviewer(db, event.id, person))) return { drop: 'no reviewer any more' };
    const tasks = await tasksOf(db, event.id, person.id);
    return tasks.some(({ done }) => !done) ? { event, tasks } : { drop: 'answered' };
  }

  return {
    name: 'selection',
    forms: [
      addCriterionForm(deps, landing),
      editCriterionForm(deps, landing),
      scoresUntilForm(deps, landing),
      reviewForm(deps, landing),
    ],
    messages: {
      review_reminder: {
        async render(message, to) {
          const found = await left(message, to);
          if ('drop' in found) return found as { drop: string };
          const reader = { t: to.t, lang: to.lang, zone: to.person.zone, programme, now: to.now };
          return outgoing(reminderView(found.event, found.tasks, reader));
        },
        async title(message, to) {
          const found = await left(message, to);
          if ('drop' in found) return null;
          return oneLine(`${to.t('selection:reminder')} · ${wording(found.event, to.t).title}`);
        },
      },
    },
    occasions: [beforeScoresEnd],
    routes: [...organizer.routes, ...reviewer.routes],
  };
}
