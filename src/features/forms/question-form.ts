import { isDeepStrictEqual } from 'node:util';
import type { Deps } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { defineForm, type Form, type FormDefinition } from '../../forms/form.ts';
import { askedItems, type FormSpec } from '../../forms/spec/spec.ts';
import { findEvent } from '../events/store.ts';
import { change, type Changed } from './change.ts';
import type { Landing } from './import-form.ts';
import { answersAbout, readQuestion } from './question-answers.ts';
import { questionsAbout, type About } from './question-questions.ts';
import { eventOfForm, findVersion, findForm, lockedVersion, versionsOf, type Use, type Version } from './store.ts';

export const ADD = 'question_new';
export const EDIT = 'question_edit';

/** `was`: the version in which the organizer saw the question. */
type Subject = About & { use: Use; was: Version | null };

/** A new question at the end of a form. Its subject is the form, whatever its version is by the time. */
export const addForm = (deps: Deps, landing: Landing) => questionForm(deps, landing, { key: ADD });

/**
 * Another wording, other choices or another condition of a question: `given` names it, and the version in which it was
 * seen. Its type and its name stay, since answers hang on them.
 */
export const editForm = (deps: Deps, landing: Landing) => questionForm(deps, landing, { key: EDIT, ephemeral: true });

function questionForm(
  deps: Deps,
  landing: Landing,
  own: Pick<FormDefinition<Subject, Changed>, 'key'> & { ephemeral?: true },
): Form {
  const { programme, i18n } = deps;
  const says = (key: Parameters<T>[0]) =>
    Object.fromEntries(i18n.languages.map((language) => [language, i18n.t(language)(key)]));
  return defineForm<Subject, Changed>({
    ...own,
    needs: 'organizer of it',
    of: eventOfForm,
    rereads: true,
    async load(db, { language: mine }, formId, answers) {
      const found = await findForm(db, formId);
      const event = found && (await findEvent(db, found.use.eventId));
      if (!event) return null;
      const { use, version } = found;
      const spoken = programme.languages.filter((language) => language in event.texts);
      const languages = spoken.toSorted((a, b) => Number(b === mine) - Number(a === mine));
      const about = { spec: version.spec, languages, use };
      if (own.key === ADD) return { ...about, item: null, was: null };
      const item = askedItems(version.spec).find(({ name }) => name === answers.name);
      const was = await findVersion(db, Number(answers.was) || 0);
      return item && was ? { ...about, item, was: was.version } : null;
    },
    async gone(ctx, formId) {
      const found = await findForm(deps.db, formId);
      if (found) await landing.changed(ctx, found.version.id);
      else await landing.changed(ctx, 0);
    },
    title: ({ t, subject }) => t(subject.item ? 'questionnaires:edit_question' : 'questionnaires:new_question'),
    questions: (at) => questionsAbout(at),
    known: ({ subject: { item, spec, languages } }) => (item ? answersAbout(item, spec, languages) : {}),
    confirm: (t) => t('questionnaires:save'),
    async submit(tx, { subject, answers, person, now }) {
      const { use, item, was, languages } = subject;
      // Others may add and change questions meanwhile, but not this one.
      const current = await lockedVersion(tx, use);
      if (!current || (item && was && !isSame(item.name, current.spec, was.spec))) return { kind: 'changed meanwhile' };
      const taken = (await versionsOf(tx, use)).map(({ spec }) => spec);
      const name = item?.name ?? freeName([current.spec, ...taken]);
      const spec = readQuestion(answers, { spec: current.spec, item, name, languages, says });
      return change(tx, use, spec, { was: current.id, by: person.id, now });
    },
    done: (ctx, changed, { subject }) => landing.tell(ctx, subject.use, changed),
    ...(own.ephemeral && {
      cancelled: async (ctx, formId) => {
        const found = await findForm(deps.db, formId);
        if (found) await landing.show(ctx, found.use, ctx.t('forms:cancelled'));
      },
    }),
  });
}

/** Whether a question is what it was, with its choices. */
function isSame(name: string, now: FormSpec, then: FormSpec): boolean {
  const look = (spec: FormSpec) => {
    const item = askedItems(spec).find((one) => one.name === name);
    return item && { item, list: 'list' in item ? spec.choices[item.list] : undefined };
  };
  return look(now) !== undefined && isDeepStrictEqual(look(now), look(then));
}

/** Of no question that anybody was ever asked: answers are told apart by it. */
function freeName(specs: FormSpec[]): string {
  const taken = new Set(specs.flatMap((spec) => [...allNames(spec)]));
  for (let n = 1; ; n++) if (!taken.has(`q${n}`)) return `q${n}`;
}

function allNames({ items, choices }: FormSpec): string[] {
  const names = (all: FormSpec['items']): string[] =>
    all.flatMap((item) => (item.type === 'group' ? [item.name, ...names(item.items)] : [item.name]));
  // The list of a question has its name.
  return [...names(items), ...Object.keys(choices)];
}
