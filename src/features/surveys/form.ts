import type { Deps } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import { menu, send, show } from '../../bot/view.ts';
import { defineForm, type Asking, type Form, type Kind, type Question } from '../../forms/form.ts';
import type { Submission } from '../../forms/responses.ts';
import { choice, several, yesNo } from '../../forms/kinds/choice.ts';
import { text } from '../../forms/kinds/text.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { madeQuestions } from '../forms/questions.ts';
import { askedVersion, MADE, type Version } from '../forms/store.ts';
import { profileQuestions } from '../people/questions.ts';
import { saveProfile } from '../people/store.ts';
import { APPLIED, FOLLOW_UP, OBSTACLES, submitSurvey, surveyOf, surveyStanding, type Survey } from './store.ts';

/** `form`: what the event's organizers ask beyond this. */
type Subject = { event: Event; survey: Survey; form: Version | null };

/** Characters. Four such answers, a job and the labels fit the 4096 of the summary (Bot API, sendMessage). */
const LONG = 700;

/** What came of an event, months later: is the job the same, what was applied, what hindered (Kirkpatrick 3 and 4). */
export function followUpForm({ db, clock, programme }: Deps): Form {
  return defineForm<Subject, Submission>({
    key: FOLLOW_UP,
    needs: 'person',
    resumes: 'silently',
    async load(db, person, subject) {
      const survey = surveyOf(subject);
      const standing = await surveyStanding(db, survey, person.id, clock.now());
      const event = standing === 'open' && (await findEvent(db, survey.eventId));
      if (!event) return null;
      return { event, survey, form: await askedVersion(db, { eventId: event.id, purpose: 'survey' }) };
    },
    async gone(ctx, subject) {
      const standing = await surveyStanding(db, surveyOf(subject), ctx.person.id, clock.now());
      const why = standing === 'answered' ? ctx.t('surveys:already') : ctx.t('surveys:not_available');
      await show(ctx, { text: html`${why}`, buttons: [[menu(ctx.t)]] });
    },
    title: ({ t, subject }) => `${t('surveys:title')} · ${wording(subject.event, t).title}`,
    questions: (at) => {
      const { form } = at.subject;
      const made = form ? madeQuestions(form.spec, MADE, at) : [];
      const [first, ...rest] = [...jobQuestions(at), ...changeQuestions(at), ...made];
      return [{ ...first!, ask: `${at.t('surveys:intro')}\n\n${first!.ask}` }, ...rest];
    },
    confirm: (t) => t('surveys:send'),
    async submit(tx, { subject, person, answers, now }) {
      const { position, agency, ...about } = answers;
      const formVersionId = subject.form?.id ?? null;
      const given = { personId: person.id, answers: about, formVersionId, now };
      const submission = await submitSurvey(tx, subject.survey, given);
      if (submission.kind === 'saved' && position && agency)
        await saveProfile(tx, programme, person, { position, agency });
      return submission;
    },
    async done(ctx, { kind }) {
      const text = kind === 'saved' ? ctx.t('surveys:thanks') : ctx.t('surveys:already');
      await send(ctx, { text: html`${text}`, buttons: [[menu(ctx.t)]] });
    },
  });

  /** A job that is known is only confirmed. The new one is asked as in the profile, and goes there. */
  function jobQuestions(at: Asking<Subject>): Question[] {
    const { t, person, answers } = at;
    const { position, agency } = person;
    const known = position !== null && agency !== null;
    const changed = !known || answers.same_job === 'no';
    const job = profileQuestions(programme, at).filter(({ key }) => key === 'position' || key === 'agency');
    return [
      ...(known
        ? [
            {
              key: 'same_job',
              label: t('surveys:same_job'),
              ask: t('surveys:ask_same_job', { position, agency }),
              kind: yesNo(t),
            },
          ]
        : []),
      ...(changed ? job : []),
    ];
  }
}

function changeQuestions({ t, answers }: Asking<Subject>): Question[] {
  const applied = answers.applied === 'fully' || answers.applied === 'partly';
  return [
    {
      key: 'applied',
      label: t('surveys:applied'),
      ask: t('surveys:ask_applied'),
      kind: choice(
        t,
        APPLIED.map((key) => ({ key, label: t(`surveys:applied_${key}`) })),
      ),
    },
    ...(applied ? [written(t, 'examples'), { ...written(t, 'changes'), optional: true }] : []),
    { key: 'obstacles', label: t('surveys:obstacles'), ask: t('surveys:ask_obstacles'), kind: obstacles(t) },
    { ...written(t, 'other_obstacles'), optional: true },
    { ...written(t, 'support'), optional: true },
  ];
}

const written = (t: Asking<Subject>['t'], key: 'examples' | 'changes' | 'other_obstacles' | 'support'): Question => ({
  key,
  label: t(`surveys:${key}`),
  ask: t(`surveys:ask_${key}`),
  kind: text(t, { max: LONG }),
});

/** "Nothing" and an obstacle exclude each other: ticking the one unticks the other. */
function obstacles(t: Asking<Subject>['t']): Kind {
  const kind = several(
    t,
    OBSTACLES.map((key) => ({ key, label: t(`surveys:obstacle_${key}`) })),
    { min: 1 },
  );
  return {
    ...kind,
    press(token, current) {
      const read = kind.press!(token, current);
      if (read.kind !== 'again' || !Array.isArray(read.value)) return read;
      const nothing = token === 'nothing';
      return { ...read, value: read.value.filter((key) => (key === 'nothing') === nothing) };
    },
  };
}
