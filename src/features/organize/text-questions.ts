import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Answers } from '../../db/schema.ts';
import type { Question } from '../../forms/form.ts';
import { several } from '../../forms/kinds/choice.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import type { Programme } from '../../programme.ts';
import type { Wording } from '../events/store.ts';

/** Title and description in the languages that the organizer writes. Their lengths leave room for the rest of the page. */
export function askTexts(programme: Programme, t: T, answers: Answers): Question[] {
  const options = programme.languages.map((key) => ({ key, label: languageName(key) }));
  return [
    {
      key: 'languages',
      label: t('organize:languages'),
      ask: t('organize:ask_languages'),
      kind: several(t, options, { min: 1, columns: 2 }),
    },
    ...languagesOf(programme, answers).flatMap((language): Question[] => {
      const name = { language: languageName(language) };
      return [
        {
          key: `title_${language}`,
          label: t('organize:title', name),
          ask: t('organize:ask_title', name),
          kind: text(t, { min: 3, max: 150 }),
        },
        {
          key: `description_${language}`,
          label: t('organize:description', name),
          ask: t('organize:ask_description', name),
          optional: true,
          kind: text(t, { max: 1500 }),
        },
      ];
    }),
  ];
}

/** In the programme's order, whichever was ticked first. */
export function languagesOf(programme: Programme, { languages }: Answers): string[] {
  return Array.isArray(languages) ? programme.languages.filter((language) => languages.includes(language)) : [];
}

export function readTexts(programme: Programme, answers: Answers): Record<string, Wording> {
  return Object.fromEntries(
    languagesOf(programme, answers).map((language) => [
      language,
      { title: textOf(answers[`title_${language}`]), description: textOf(answers[`description_${language}`]) },
    ]),
  );
}

/** The other way round. */
export function answersOfTexts(texts: Record<string, Wording>): Answers {
  const entries = Object.entries(texts).flatMap(([language, { title, description }]) => [
    [`title_${language}`, title],
    [`description_${language}`, description === '' ? null : description],
  ]);
  return { languages: Object.keys(texts), ...Object.fromEntries(entries) };
}
