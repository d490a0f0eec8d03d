import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { idOf, show } from '../../bot/view.ts';
import { outgoing, type Message, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import type { Reader } from '../events/messages.ts';
import { findEvent, type Event } from '../events/store.ts';
import { OPEN_QUESTIONS as SURVEY_QUESTIONS, surveyAnswers, surveysOfEvent } from '../surveys/store.ts';
import { commentsView, type Comment } from './comments.ts';
import { feedbackForm } from './form.ts';
import { afterTheEnd } from './job.ts';
import { invitationLine, invitationView } from './messages.ts';
import { ENOUGH, resultsView } from './results.ts';
import { FEEDBACK, feedbackParticipation, feedbackResults, feedbackStanding, OPEN_QUESTIONS } from './store.ts';
import { surveyResultsView } from './survey-results.ts';

/** Anonymous feedback after an event, and the organizer's pages of what people said, then and months later. */
export function feedback(deps: Deps): Feature {
  const { db, clock, programme } = deps;

  const readerOf = ({ t, lang, person }: PersonCtx): Reader => ({
    t,
    lang,
    programme,
    zone: person.zone,
    now: clock.now(),
  });

  /** The event that somebody is asked about, if they still are. */
  async function asked({ eventId }: Message, { person, now }: Recipient): Promise<{ event: Event } | { drop: string }> {
    const event = await findEvent(db, eventId!);
    const standing = await feedbackStanding(db, { eventId: eventId!, personId: person.id, now });
    if (event && standing === 'open') return { event };
    return { drop: standing === 'answered' ? 'answered' : 'not for them' };
  }

  const invitation: MessageKind = {
    topic: 'surveys',
    async render(message, to) {
      const about = await asked(message, to);
      return 'drop' in about ? about : outgoing(invitationView(about.event, to));
    },
    async title(message, to) {
      const about = await asked(message, to);
      return 'drop' in about ? null : invitationLine(about.event, to.t);
    },
  };

  async function withEvent(ctx: PersonCtx, id: string | undefined, go: (event: Event) => Promise<void>): Promise<void> {
    const event = await findEvent(db, idOf(id));
    if (event) return go(event);
    const back = { text: ctx.t('common:menu_organize'), data: 'organize' };
    await show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[back]] });
  }

  async function results(ctx: PersonCtx, event: Event): Promise<void> {
    const participation = await feedbackParticipation(db, event.id);
    const said = { participation, results: await feedbackResults(db, event.id) };
    await show(ctx, resultsView(event, said, await surveysOfEvent(db, event.id), readerOf(ctx)));
  }

  async function surveyResults(ctx: PersonCtx, event: Event, month: number): Promise<void> {
    const survey = (await surveysOfEvent(db, event.id)).find((one) => one.month === month);
    if (!survey) return results(ctx, event);
    const answers = await surveyAnswers(db, { eventId: event.id, month });
    await show(ctx, surveyResultsView(event, survey, answers, readerOf(ctx)));
  }

  /** What people wrote on an open question. Whatever a button asks for, nothing is shown where too few answered. */
  async function comments(ctx: PersonCtx, event: Event, month: number, question: string, page?: string): Promise<void> {
    const of = { eventId: event.id, month, question };
    const own = month === 0 && OPEN_QUESTIONS.find((key) => key === question);
    const surveyed = month !== 0 && SURVEY_QUESTIONS.find((key) => key === question);
    if (own) {
      const found = await feedbackResults(db, event.id);
      const texts = found && found.count >= ENOUGH ? found.comments[own] : [];
      const written = texts.map((text) => ({ text }));
      return show(ctx, commentsView(ctx.t(`feedback:${own}`), written, of, page, ctx.t));
    }
    if (!surveyed) return results(ctx, event);
    const answers = await surveyAnswers(db, of);
    // Support is asked for by name, and people were told so.
    const named = surveyed === 'support';
    const written = answers.flatMap(({ answers, name }): Comment[] => {
      const text = answers[surveyed];
      return typeof text === 'string' ? [{ text, ...(named && name && { by: name }) }] : [];
    });
    const shown = named || answers.length >= ENOUGH ? written : [];
    await show(ctx, commentsView(ctx.t(`surveys:${surveyed}`), shown, of, page, ctx.t));
  }

  return {
    name: 'feedback',
    forms: [feedbackForm(deps)],
    messages: { feedback_invitation: invitation },
    occasions: [afterTheEnd],
    routes: [
      { on: 'press', name: 'feedback', needs: 'person', do: (ctx, id) => ctx.fill(FEEDBACK, idOf(id)) },
      {
        on: 'press',
        name: 'results',
        needs: 'organizer of it',
        do: (ctx, id) => withEvent(ctx, id, (event) => results(ctx, event)),
      },
      {
        on: 'press',
        name: 'survey_results',
        needs: 'organizer of it',
        do: (ctx, id, month) => withEvent(ctx, id, (event) => surveyResults(ctx, event, idOf(month))),
      },
      {
        on: 'press',
        name: 'comments',
        needs: 'organizer of it',
        do: (ctx, id, month, question = '', page) =>
          withEvent(ctx, id, (event) => comments(ctx, event, idOf(month), question, page)),
      },
    ],
  };
}
