import { idOf } from '../../bot/view.ts';
import type { Deps } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { outgoing, type Message, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { findEvent, type Event } from '../events/store.ts';
import { followUpForm } from './form.ts';
import { monthsAfter } from './job.ts';
import { invitationLine, invitationView } from './messages.ts';
import { FOLLOW_UP, subjectOf, surveyStanding, type Survey } from './store.ts';

/** Follow-up surveys, months after an event, to those who attended it. */
export function surveys(deps: Deps): Feature {
  const { db } = deps;

  /** What somebody is asked about, if they still are. */
  async function asked(
    { eventId, data }: Message,
    { person, now }: Recipient,
  ): Promise<{ event: Event; survey: Survey } | { drop: string }> {
    const survey = { eventId: eventId!, month: Number(data.month) };
    const event = await findEvent(db, survey.eventId);
    const standing = await surveyStanding(db, survey, person.id, now);
    if (event && standing === 'open') return { event, survey };
    return { drop: standing === 'answered' ? 'answered' : 'not for them any more' };
  }

  const invitation = (again: boolean): MessageKind => ({
    topic: 'surveys',
    async render(message, to) {
      const about = await asked(message, to);
      return 'drop' in about ? about : outgoing(invitationView(about.event, about.survey, again, to));
    },
    async title(message, to) {
      const about = await asked(message, to);
      return 'drop' in about ? null : invitationLine(about.event, to.t);
    },
  });

  return {
    name: 'surveys',
    forms: [followUpForm(deps)],
    messages: { survey_invitation: invitation(false), survey_reminder: invitation(true) },
    occasions: [monthsAfter],
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
