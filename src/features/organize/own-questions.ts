import { languageName } from '../../bot/format/words.ts';
import type { T, TextKey } from '../../bot/i18n.ts';
import type { Answers } from '../../db/schema.ts';
import type { Question } from '../../forms/form.ts';
import { choice, yesNo } from '../../forms/kinds/choice.ts';
import { linesOf, list } from '../../forms/kinds/list.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { headerOf, type FormSpec, type Item, type Texts } from '../../forms/spec/spec.ts';

/** More than this, and people leave a registration unfinished. */
const MOST = 10;
const KINDS = ['text', 'number', 'yes_no', 'choice'] as const;
const NUMBERS = { min: 0, max: 1_000_000 };
const IN_RANGE = `. >= ${NUMBERS.min} and . <= ${NUMBERS.max}`;
const YES_NO = 'yes_no';

/** A text of the bot in all its languages. */
export type Say = (key: TextKey, values?: Record<string, number>) => Texts;

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

/**
 * The form that the answers describe. Names are places: nobody has answered a draft's questions yet. `say`: what the bot
 * says in every language.
 */
export function readOwnQuestions(answers: Answers, languages: string[], say: Say): FormSpec {
  const items: Item[] = [];
  const choices: FormSpec['choices'] = {};
  for (let n = 1; n <= MOST && answers[keys(n).more] === 'yes'; n++) {
    const key = keys(n);
    const name = `q${n}`;
    const question = {
      name,
      label: byLanguage(languages, (language) => textOf(answers[key.label(language)])),
      ...(answers[key.required] === 'yes' && { required: true as const }),
    };
    switch (KINDS.find((kind) => kind === answers[key.kind]) ?? 'text') {
      case 'text':
        items.push({ ...question, type: 'text', as: 'multiline' });
        break;
      case 'number': {
        const constraintMessage = say('forms:expect_number', NUMBERS);
        items.push({ ...question, type: 'integer', constraint: IN_RANGE, constraintMessage });
        break;
      }
      case 'yes_no':
        items.push({ ...question, type: 'select_one', list: YES_NO });
        choices[YES_NO] = (['yes', 'no'] as const).map((name) => ({ name, label: say(`common:${name}`) }));
        break;
      case 'choice': {
        const options = languages.map((language) => linesOf(answers[key.options(language)]));
        items.push({ ...question, type: 'select_one', list: name });
        choices[name] = (options[0] ?? []).map((_, i) => ({
          name: `o${i + 1}`,
          label: byLanguage(languages, (_language, at) => options[at]?.[i] ?? ''),
        }));
        break;
      }
    }
  }
  return { languages: languagesIn(items, choices), items, choices, settings: {} };
}

/** The other way round: what would have been answered to get this form. Null: it asks more than this dialog knows of. */
export function answersOfOwnQuestions({ items, choices }: FormSpec, languages: string[]): Answers | null {
  const answers: Answers = {};
  for (const [i, item] of items.entries()) {
    const key = keys(i + 1);
    const kind = kindOf(item);
    if (kind === null || i >= MOST) return null;
    answers[key.more] = 'yes';
    answers[key.kind] = kind;
    answers[key.required] = 'required' in item && item.required ? 'yes' : 'no';
    const options = kind === 'choice' && 'list' in item ? (choices[item.list] ?? []) : [];
    for (const language of languages) {
      if (item.label[language] !== undefined) answers[key.label(language)] = item.label[language];
      const lines = options.flatMap(({ label }) => label[language] ?? []);
      if (lines.length > 0) answers[key.options(language)] = lines;
    }
  }
  if (items.length < MOST) answers[keys(items.length + 1).more] = 'no';
  return answers;
}

function kindOf(item: Item): (typeof KINDS)[number] | null {
  const more = item.hint ?? item.relevant ?? ('filter' in item ? item.filter : undefined);
  if (more !== undefined || ('required' in item && typeof item.required === 'string')) return null;
  switch (item.type) {
    case 'text':
      return item.as === 'multiline' && item.constraint === undefined ? 'text' : null;
    case 'integer':
      return item.constraint === IN_RANGE ? 'number' : null;
    case 'select_one':
      if (item.constraint !== undefined || item.orOther) return null;
      return item.list === YES_NO ? 'yes_no' : 'choice';
    default:
      return null;
  }
}

/** In the order in which they come. */
function languagesIn(items: Item[], choices: FormSpec['choices']): FormSpec['languages'] {
  const texts = [
    ...items.flatMap((item) => [item.label, 'constraintMessage' in item ? (item.constraintMessage ?? {}) : {}]),
    ...Object.values(choices).flatMap((list) => list.map(({ label }) => label)),
  ];
  return [...new Set(texts.flatMap((labels) => Object.keys(labels)))].map((code) => ({
    code,
    header: headerOf(code),
  }));
}

function byLanguage(languages: string[], word: (language: string, at: number) => string): Texts {
  return Object.fromEntries(languages.map((language, at) => [language, word(language, at)]));
}
