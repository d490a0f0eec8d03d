import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Answers } from '../../db/schema.ts';
import type { Asking, Kind, Question } from '../../forms/form.ts';
import { choice, yesNo } from '../../forms/kinds/choice.ts';
import { linesOf, list } from '../../forms/kinds/list.ts';
import { pagedChoice } from '../../forms/kinds/paged-choice.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { askedItems, type AskedItem, type FormSpec } from '../../forms/spec/spec.ts';
import { answersOf, problemsOfCondition } from './condition.ts';
import { answerLabel, worded } from './messages.ts';
import { MOST_CHOICES, ownList, typeNames, writtenIn, type TypeName } from './question-answers.ts';
import { sentences } from './report-messages.ts';

/**
 * A question of a form, as the chat asks for it. `item` null: a new one. `languages`: in which it is written, the
 * organizer's own first; the translations may be left for later.
 */
export type About = { spec: FormSpec; item: AskedItem | null; languages: string[] };

/** Characters. */
const LONGEST = { label: 300, note: 1500, choice: 60, expression: 1000 };

export function questionsAbout({ t, subject, answers }: Asking<About>): Question[] {
  const { spec, item, languages } = subject;
  const written = writtenIn(languages, answers);
  const n = numberOf(subject);
  const type = typeNames.find((name) => name === answers.type);
  const isNote = (item?.type ?? type) === 'note';
  const fixed = item !== null && 'required' in item && typeof item.required === 'string';
  return [
    ...(item ? [] : [typeQuestion(t, n)]),
    ...languages.map((language, i): Question => {
      const inLanguage = { n, language: languageName(language) };
      return {
        key: `label_${language}`,
        label: t('questionnaires:label', inLanguage),
        ask: t(isNote ? 'questionnaires:ask_note' : 'questionnaires:ask_label', inLanguage),
        ...(i > 0 && { optional: true }),
        kind: text(t, { max: isNote ? LONGEST.note : LONGEST.label }),
      };
    }),
    ...(hasChoices(subject, type) ? choiceQuestions(t, n, written, answers) : []),
    ...(isNote || fixed
      ? []
      : [
          {
            key: 'required',
            label: t('questionnaires:required', { n }),
            ask: t('questionnaires:ask_required'),
            kind: yesNo(t),
          },
        ]),
    ...conditionQuestions(t, subject, answers, spec),
  ];
}

const numberOf = ({ spec, item }: About): number => {
  const asked = askedItems(spec);
  return item ? asked.findIndex(({ name }) => name === item.name) + 1 : asked.length + 1;
};

function typeQuestion(t: T, n: number): Question {
  const options = typeNames.map((key) => ({ key, label: t(`questionnaires:type_${key}`) }));
  return {
    key: 'type',
    label: t('questionnaires:type', { n }),
    ask: t('questionnaires:ask_type'),
    kind: pagedChoice(t, options),
  };
}

function hasChoices({ item, spec }: About, type: TypeName | undefined): boolean {
  return item ? ownList(item, spec) !== null : type === 'choice' || type === 'choices';
}

/** Translations say the same, line by line. */
function choiceQuestions(t: T, n: number, languages: string[], answers: Answers): Question[] {
  const [first = ''] = languages;
  const many = linesOf(answers[`choices_${first}`]).length;
  return languages.map((language) => {
    const inLanguage = { n, language: languageName(language) };
    const range = language === first ? { min: 2, max: MOST_CHOICES } : { min: many, max: many };
    return {
      key: `choices_${language}`,
      label: t('questionnaires:choices', inLanguage),
      ask: t('questionnaires:ask_choices', inLanguage),
      kind: list(t, { longest: LONGEST.choice, ...range }),
    };
  });
}

function conditionQuestions(t: T, { item }: About, answers: Answers, spec: FormSpec): Question[] {
  const all = askedItems(spec);
  const end = item ? all.findIndex(({ name }) => name === item.name) : all.length;
  const before = all.slice(0, end);
  // Nothing stands before it, and nothing hangs on anything yet.
  if (before.length === 0 && item?.relevant === undefined) return [];
  const earlier = before.filter((one) => answersOf(one, spec).length > 0);
  const ways = ['always', ...(earlier.length > 0 ? ['answer'] : []), 'expression'] as const;
  const which = earlier.find(({ name }) => name === answers.which);
  const named = (one: AskedItem) => ({ key: one.name, label: worded(one.label, t) || one.name });
  const labelled = (one: AskedItem) =>
    answersOf(one, spec).map((key) => ({ key, label: answerLabel(one, key, spec, t) }));
  return [
    {
      key: 'when',
      label: t('questionnaires:when'),
      ask: t('questionnaires:ask_when'),
      kind: choice(
        t,
        ways.map((key) => ({ key, label: t(`questionnaires:when_${key as 'always' | 'answer' | 'expression'}`) })),
      ),
    },
    ...(answers.when === 'answer'
      ? [
          {
            key: 'which',
            label: t('questionnaires:which'),
            ask: t('questionnaires:ask_which'),
            kind: pagedChoice(t, earlier.map(named)),
          },
        ]
      : []),
    ...(answers.when === 'answer' && which
      ? [
          {
            key: 'answer',
            label: t('questionnaires:which_answer'),
            ask: t('questionnaires:ask_which_answer'),
            follows: 'which',
            kind: pagedChoice(t, labelled(which)),
          },
        ]
      : []),
    ...(answers.when === 'expression' ? [expressionQuestion(t, item, before, spec)] : []),
  ];
}

function expressionQuestion(t: T, item: AskedItem | null, before: AskedItem[], spec: FormSpec): Question {
  const [first] = before;
  return {
    key: 'expression',
    label: t('questionnaires:expression'),
    ask: t('questionnaires:ask_expression', {
      example: `\${${first?.name ?? 'q1'}} = 'yes'`,
      names: before.map(({ name }) => name).join(', ') || '—',
    }),
    kind: expression(t, item ?? { type: 'text', name: 'new_question', label: {} }, spec),
  };
}

/** A condition in the words of XLSForm, which names questions of this form. */
function expression(t: T, item: AskedItem, spec: FormSpec): Kind {
  const kind = text(t, { max: LONGEST.expression });
  return {
    ...kind,
    read(message) {
      const read = kind.read(message);
      if (read.kind !== 'ok') return read;
      const problems = problemsOfCondition(spec, item, textOf(read.value));
      return problems.length > 0 ? { kind: 'invalid', say: sentences(problems, t) } : read;
    },
  };
}
