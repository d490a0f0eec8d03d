import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Answers, OwnQuestion } from '../../db/schema.ts';
import type { Question } from '../../forms/form.ts';
import { choice, yesNo } from '../../forms/kinds/choice.ts';
import { linesOf, list } from '../../forms/kinds/list.ts';
import { text, textOf } from '../../forms/kinds/text.ts';

/** More than this, and people leave a registration unfinished. */
const MOST = 10;
const KINDS = ['text', 'number', 'yes_no', 'choice'] as const;

/** The answers about the nth question, from 1. */
const keys = (n: number) => ({
  more: `more_${n}`,
  label: (language: string) => `q${n}_label_${language}`,
  kind: `q${n}_kind`,
  options: (language: string) => `q${n}_options_${language}`,
  required: `q${n}_required`,
});

/** Asks what the event wants to know of people: "another question?" until the answer is no. */
export function askOwnQuestions(t: T, answers: Answers, languages: string[]): Question[] {
  const questions: Question[] = [];
  for (let n = 1; n <= MOST; n++) {
    const key = keys(n).more;
    const ask = t(n === 1 ? 'organize:ask_first_question' : 'organize:ask_more_questions');
    questions.push({ key, label: t('organize:own_question', { n }), ask, kind: yesNo(t) });
    if (answers[key] !== 'yes') break;
    questions.push(...askOne(t, n, answers, languages));
  }
  return questions;
}

function askOne(t: T, n: number, answers: Answers, languages: string[]): Question[] {
  const key = keys(n);
  const [first = '', ...others] = languages;
  const options = linesOf(answers[key.options(first)]).length;
  const limits = { longest: 60, min: 2, max: 20 };
  const inLanguage = (language: string) => ({ n, language: languageName(language) });
  const askOptions = (language: string, range: { min: number; max: number }): Question => ({
    key: key.options(language),
    label: t('organize:own_options', inLanguage(language)),
    ask: t('organize:ask_own_options', inLanguage(language)),
    kind: list(t, { ...limits, ...range }),
  });
  return [
    ...languages.map((language) => ({
      key: key.label(language),
      label: t('organize:own_label', inLanguage(language)),
      ask: t('organize:ask_own_label', inLanguage(language)),
      kind: text(t, { max: 200 }),
    })),
    {
      key: key.kind,
      label: t('organize:own_kind', { n }),
      ask: t('organize:ask_own_kind'),
      kind: choice(
        t,
        KINDS.map((kind) => ({ key: kind, label: t(`organize:own_kind_${kind}`) })),
      ),
    },
    ...(answers[key.kind] === 'choice'
      ? // Their translations say the same, line by line.
        [askOptions(first, limits), ...others.map((language) => askOptions(language, { min: options, max: options }))]
      : []),
    {
      key: key.required,
      label: t('organize:own_required', { n }),
      ask: t('organize:ask_own_required'),
      kind: yesNo(t),
    },
  ];
}

/** The questions that the answers describe. Their keys are their places: nobody has answered a draft's questions yet. */
export function readOwnQuestions(answers: Answers, languages: string[]): OwnQuestion[] {
  const questions: OwnQuestion[] = [];
  for (let n = 1; n <= MOST && answers[keys(n).more] === 'yes'; n++) {
    const key = keys(n);
    const kind = KINDS.find((kind) => kind === answers[key.kind]) ?? 'text';
    const options = languages.map((language) => linesOf(answers[key.options(language)]));
    questions.push({
      key: `q${n}`,
      kind,
      label: byLanguage(languages, (language) => textOf(answers[key.label(language)])),
      ...(kind === 'choice' && {
        options: (options[0] ?? []).map((_, i) => ({
          key: `o${i + 1}`,
          label: byLanguage(languages, (_language, at) => options[at]?.[i] ?? ''),
        })),
      }),
      optional: answers[key.required] !== 'yes',
    });
  }
  return questions;
}

/** The other way round: what would have been answered to get these questions. */
export function answersOfOwnQuestions(questions: OwnQuestion[], languages: string[]): Answers {
  const answers: Answers = {};
  questions.forEach(({ kind, label, options = [], optional = false }, i) => {
    const key = keys(i + 1);
    answers[key.more] = 'yes';
    answers[key.kind] = kind;
    answers[key.required] = optional ? 'no' : 'yes';
    for (const language of languages) {
      if (label[language] !== undefined) answers[key.label(language)] = label[language];
      const lines = options.flatMap(({ label }) => label[language] ?? []);
      if (lines.length > 0) answers[key.options(language)] = lines;
    }
  });
  if (questions.length < MOST) answers[keys(questions.length + 1).more] = 'no';
  return answers;
}

function byLanguage(languages: string[], word: (language: string, at: number) => string): Record<string, string> {
  return Object.fromEntries(languages.map((language, at) => [language, word(language, at)]));
}
