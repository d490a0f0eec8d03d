import { idOf } from '../../bot/view.ts';
import type { Deps } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { outgoing, type MessageKind } from '../../delivery/messages.ts';
import { findEvent } from '../events/store.ts';
import { followUpForm } from './form.ts';
import { inviteToSurveys, remindOfSurveys } from './job.ts';
import { invitationView } from './messages.ts';
import { FOLLOW_UP, subjectOf, surveyStanding } from './store.ts';

/** Follow-up surveys, months after an event, to those who attended it. */
export function surveys(deps: Deps): Feature {
  const { db } = deps;

  const invitation = (again: boolean): MessageKind => ({
    topic: 'surveys',
    async render({ eventId, data }, to) {
      const survey = { eventId: eventId!, month: Number(data.month) };
      const event = await findEvent(db, survey.eventId);
      const standing = await surveyStanding(db, survey, to.person.id, to.now);
      if (!event || standing !== 'open')
        return { drop: standing === 'answered' ? 'answered' : 'not for them any more' };
      return outgoing(invitationView(event, survey, again, to));
    },
  });

  return {
    name: 'surveys',
    forms: [followUpForm(deps)],
    messages: { survey_invitation: invitation(false), survey_reminder: invitation(true) },
    jobs: [
      { name: 'invite to surveys', run: (now) => inviteToSurveys(db, now) },
      { name: 'remind of surveys', run: (now) => remindOfSurveys(db, now) },
    ],
    routes: [
      {
        on: 'press',
        name: 'survey',
        needs: 'person',
        do: (ctx, eventId, month) => ctx.fill(FOLLOW_UP, subjectOf({ eventId: idOf(eventId), month: idOf(month) })),
      },
    ],
  };
}
