import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { idOf, show } from '../../bot/view.ts';
import { outgoing, type Message, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { answeredQuestions } from '../../forms/spec/answers.ts';
import { resultOf, type Result } from '../../forms/spec/results.ts';
import { readerOf } from '../events/messages.ts';
import { findEvent, type Event } from '../events/store.ts';
import { OPEN_QUESTIONS as SURVEY_QUESTIONS, surveyAnswers, surveysOfEvent } from '../surveys/store.ts';
import { unprefixed } from '../forms/questions.ts';
import { MADE, versionsOf } from '../forms/store.ts';
import { commentsView, type Comment } from './comments.ts';
import { feedbackForm } from './form.ts';
import { afterTheEnd } from './job.ts';
import { invitationLine, invitationView } from './messages.ts';
import { madeResultsView } from './made-results.ts';
import { ENOUGH, resultsView } from './results.ts';
import {
  FEEDBACK,
  feedbackAnswers,
  feedbackParticipation,
  feedbackResults,
  feedbackStanding,
  OPEN_QUESTIONS,
} from './store.ts';
import { surveyResultsView } from './survey-results.ts';

/** Anonymous feedback after an event, and the organizer's pages of what people said, then and months later. */
export function feedback(deps: Deps): Feature {
  const { db } = deps;

  const reader = (to: PersonCtx) => readerOf(deps, to);

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
    const made = (await madeResults(ctx, event, 0)).length > 0;
    await show(ctx, resultsView(event, said, await surveysOfEvent(db, event.id), made, reader(ctx)));
  }

  async function surveyResults(ctx: PersonCtx, event: Event, month: number): Promise<void> {
    const survey = (await surveysOfEvent(db, event.id)).find((one) => one.month === month);
    if (!survey) return results(ctx, event);
    const answers = await surveyAnswers(db, { eventId: event.id, month });
    const made = (await madeResults(ctx, event, month)).length > 0;
    await show(ctx, surveyResultsView(event, survey, answers, made, reader(ctx)));
  }

  /** What was answered to the questions that organizers made; nothing where too few answered at all. */
  async function madeResults({ t }: PersonCtx, { id: eventId }: Event, month: number): Promise<Result[]> {
    const purpose = month === 0 ? 'feedback' : 'survey';
    const versions = (await versionsOf(db, { eventId, purpose })).map(({ spec }) => spec);
    const given =
      month === 0
        ? await feedbackAnswers(db, eventId)
        : (await surveyAnswers(db, { eventId, month })).map(({ answers }) => answers);
    if (given.length < ENOUGH) return [];
    const made = given.map((answers) => unprefixed(MADE, answers));
    return answeredQuestions(versions, t).map((question) => resultOf(question, made));
  }

  async function madeTexts(ctx: PersonCtx, event: Event, month: number, i: number, page?: string): Promise<void> {
    const result = (await madeResults(ctx, event, month))[i];
    if (result?.kind !== 'texts') return month === 0 ? results(ctx, event) : surveyResults(ctx, event, month);
    const shown = result.answers >= ENOUGH ? result.texts.map((text) => ({ text })) : [];
    const view = commentsView(
      result.label,
      shown,
      { eventId: event.id, month, question: String(i) },
      page,
      ctx.t,
      'made_texts',
    );
    await show(ctx, view);
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
        name: 'made_results',
        needs: 'organizer of it',
        do: (ctx, id, month, page) =>
          withEvent(ctx, id, async (event) => {
            const found = await madeResults(ctx, event, idOf(month));
            await show(ctx, madeResultsView(event, idOf(month), found, page, reader(ctx)));
          }),
      },
      {
        on: 'press',
        name: 'made_texts',
        needs: 'organizer of it',
        do: (ctx, id, month, i, page) =>
          withEvent(ctx, id, (event) => madeTexts(ctx, event, idOf(month), idOf(i), page)),
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
