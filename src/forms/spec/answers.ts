import type { T } from '../../bot/i18n.ts';
import type { Answers, Json } from '../../db/schema.ts';
import { pick } from '../../programme.ts';
import { chosen } from '../kinds/choice.ts';
import type { SentFile } from '../kinds/file.ts';
import { askedItems, OTHER, otherOf, type AskedItem, type FormSpec } from './spec.ts';

/** A question as a column of answers, over all versions of a form that asked it. */
export type Answered = {
  name: string;
  /** In the words of the latest version that has it. */
  label: string;
  item: AskedItem;
  /** The answer in words; null: there is none. */
  inWords(answers: Answers): string | null;
};

/**
 * What the versions of a form asked, the latest version first: its questions in their order, then those that earlier
 * versions asked beyond it. So nothing is lost that anybody ever answered.
 */
export function answeredQuestions(versions: FormSpec[], t: T): Answered[] {
  const found = new Map<string, Answered>();
  const note = (one: Answered) => found.has(one.name) || found.set(one.name, one);
  for (const spec of versions)
    for (const item of askedItems(spec)) {
      if (item.type === 'note') continue;
      const { name } = item;
      const label = pick(item.label, t.reads) || name;
      // Choices that a later version has not any more are still somebody's answer.
      note({ name, label, item, inWords: (answers) => inWords(item, answers[name], versions, t) });
      if (!('orOther' in item) || !item.orOther) continue;
      const other = otherOf(name);
      const what: AskedItem = { type: 'text', name: other, label: {} };
      const inOwnWords = (answers: Answers) => inWords(what, answers[other], versions, t);
      note({ name: other, label: `${label} · ${t('forms:other')}`, item: what, inWords: inOwnWords });
    }
  return [...found.values()];
}

function inWords(item: AskedItem, answer: Json | undefined, versions: FormSpec[], t: T): string | null {
  if (answer === null || answer === undefined) return null;
  switch (item.type) {
    case 'select_one':
    case 'select_multiple':
      return (
        chosen([answer].flat())
          .map((name) => choiceLabel(item.list, name, versions, t))
          .join(', ') || null
      );
    case 'acknowledge':
      return t('common:yes');
    case 'file':
    case 'image': {
      const { fileName, kind } = answer as SentFile;
      return fileName ?? t(`forms:file_${kind}`);
    }
    default:
      return Array.isArray(answer) || typeof answer === 'object' ? null : String(answer);
  }
}

/** A choice that no version has keeps its name: better than nothing. */
export function choiceLabel(list: string, name: string, versions: FormSpec[], t: T): string {
  const choice = versions.flatMap(({ choices }) => choices[list] ?? []).find((one) => one.name === name);
  if (choice) return pick(choice.label, t.reads) || name;
  return name === OTHER ? t('forms:other') : name;
}
