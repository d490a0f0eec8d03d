import { html, lines, type Html } from '../bot/html.ts';
import { pageAt, pageButtons } from '../bot/pages.ts';
import { clip, data, grid, type Button, type View } from '../bot/view.ts';
import type { Answers } from '../db/schema.ts';
import type { Draft } from './draft.ts';
import { shownAnswer, type Asking, type Form, type Question } from './form.ts';

/** Longer labels are cut by phones: they are written out in the message and the buttons carry their numbers. */
const BUTTON_LENGTH = 30;

/** A button of this draft at this revision; an older one is recognised and changes nothing. */
function press(draft: Draft, verb: string, ...args: (string | number)[]): string {
  return data('f', draft.id, draft.revision, verb, ...args);
}

/** "Done", another page: a button among the answers that is none of them. */
const isStep = (token: string) => token.startsWith('.');

/** One question: what is asked, what was answered before, and the buttons that answer it. */
export function questionView(
  at: Pick<Asking<never>, 't' | 'answers'>,
  draft: Draft,
  questions: Question[],
  question: Question,
): View {
  const { t, answers: given } = at;
  const { kind, key } = question;
  const position = questions.indexOf(question) + 1;
  const answer = given[key];
  const options = kind.options?.(answer) ?? [];
  const long = options.some(({ label }) => [...label].length > BUTTON_LENGTH);

  const answers = options.filter(({ token }) => !isStep(token));
  const button = (text: string, token: string): Button => ({ text, data: press(draft, 'o', token) });
  const labelled = ({ token, label }: { token: string; label: string }) => button(label, token);
  const rows = long
    ? [
        ...grid(
          answers.map(({ token }, i) => button(String(i + 1), token)),
          5,
        ),
        ...grid(options.filter(({ token }) => isStep(token)).map(labelled), 2),
      ]
    : grid(options.map(labelled), kind.columns ?? 1);
  // An organizer's own question has one wording for both: it need not be read twice.
  const heading = question.label === question.ask ? '' : ` · ${question.label}`;
  // One that does not count any more (the time has passed) can't be kept: it would only be asked again.
  const keeps = answer !== undefined && answer !== null && !kind.options && (kind.accepts?.(answer) ?? true);
  const suggestion = kind.suggestion === answer ? undefined : kind.suggestion;
  return {
    text: lines(
      html`<b>${t('forms:progress', { position, total: questions.length })}${heading}</b>`,
      html`${question.ask}`,
      long && lines('', ...answers.map(({ label }, i) => `${i + 1}. ${label}`)),
      keeps && lines('', html`${t('forms:current_answer')} <i>${kind.show(answer)}</i>`),
      suggestion && lines('', html`${t('forms:suggestion')} <code>${suggestion}</code>`),
    ),
    buttons: [
      ...rows,
      suggestion ? [{ text: t('forms:take_suggestion'), data: press(draft, 'g') }] : [],
      keeps ? [{ text: t('forms:keep'), data: press(draft, 'k') }] : [],
      question.optional ? [{ text: t('common:skip'), data: press(draft, 's') }] : [],
      [
        ...(position > 1 || draft.editing ? [{ text: t('common:back'), data: press(draft, 'b') }] : []),
        { text: t('common:cancel'), data: press(draft, 'x') },
      ],
    ],
  };
}

/** The question as it stays in the chat once it is answered. */
export function answeredView(question: Question, answers: Answers): View {
  return { text: html`✓ ${question.label} · <b>${shownAnswer(question, answers)}</b>` };
}

export function summaryView(form: Form, at: Asking<never>, draft: Draft, questions: Question[]): View {
  const { t } = at;
  return {
    text: lines(
      html`<b>${form.title(at)}</b>`,
      '',
      form.preview?.(at) ?? summaryLines(questions, at.answers),
      '',
      t('forms:check_answers'),
    ),
    buttons: [
      [{ text: form.confirm!(t), data: press(draft, 'ok') }],
      [
        { text: t('common:edit'), data: press(draft, 'e') },
        { text: t('common:cancel'), data: press(draft, 'x') },
      ],
    ],
  };
}

/** Characters that a message leaves for the answers: it holds 4096 in all (Bot API, sendMessage). */
const SUMMARY_LENGTH = 3600;

/** Long answers are cut only as far as they must be, the last lines left out only then: "Edit" shows all of them in full. */
function summaryLines(questions: Question[], answers: Answers): (Html | string)[] {
  const write = (longest: number) =>
    questions.map((question) => ({ label: question.label, answer: clip(shownAnswer(question, answers), longest) }));
  const length = (rows: { label: string; answer: string }[]) =>
    rows.reduce((sum, { label, answer }) => sum + label.length + answer.length + 4, 0);
  const rows = [SUMMARY_LENGTH, 300, 80].map(write).find((rows) => length(rows) <= SUMMARY_LENGTH) ?? write(30);
  const fitting = rows.filter((_, i) => length(rows.slice(0, i + 1)) <= SUMMARY_LENGTH);
  return [
    ...fitting.map(({ label, answer }) => html`${label} · <b>${answer}</b>`),
    ...(fitting.length < rows.length ? ['…'] : []),
  ];
}

/** More buttons than this are paged; Telegram itself refuses more than a hundred. */
const EDIT_PAGE = 20;

/** Which answer to change. By position: the list is as old as its message, and so is the revision that guards it. */
export function editView(form: Form, at: Asking<never>, draft: Draft, questions: Question[], wanted: string): View {
  const place = pageAt(questions.length, wanted, EDIT_PAGE);
  const shown = questions.slice(place.first, place.first + EDIT_PAGE);
  const label = (text: string) => ([...text].length > BUTTON_LENGTH ? `${[...text].slice(0, 29).join('')}…` : text);
  return {
    text: lines(html`<b>${form.title(at)}</b>`, at.t('forms:which_answer')),
    buttons: [
      ...shown.map((question, i) => [{ text: label(question.label), data: press(draft, 'q', place.first + i) }]),
      pageButtons(at.t, place, (page) => press(draft, 'e', page)),
      [{ text: at.t('common:back'), data: press(draft, 'b') }],
    ],
  };
}
