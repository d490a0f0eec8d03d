import type { Person } from '../../bot/context.ts';
import { collator } from '../../bot/format/words.ts';
import type { Answers } from '../../db/schema.ts';
import type { Asking, Question } from '../../forms/form.ts';
import { choice, type Option } from '../../forms/kinds/choice.ts';
import { email } from '../../forms/kinds/email.ts';
import { latinName } from '../../forms/kinds/latin-name.ts';
import { text } from '../../forms/kinds/text.ts';
import { countryName, OTHER_COUNTRY, type Programme } from '../../programme.ts';
import { PROFILE_KEYS } from './store.ts';

/** In the order of the reader's alphabet, and "Other country" after all of them. */
export function countryOptions(programme: Programme, lang: string): Option[] {
  const isOther = ({ key }: Option) => Number(key === OTHER_COUNTRY);
  return programme.countries
    .map(({ code }) => ({ key: code, label: countryName(programme, code, lang) }))
    .toSorted((a, b) => isOther(a) - isOther(b) || collator(lang).compare(a.label, b.label));
}

/** The countries that can have a focal point. */
export const represented = (programme: Programme, lang: string): Option[] =>
  countryOptions(programme, lang).filter(({ key }) => key !== OTHER_COUNTRY);

/** Who somebody is: asked by the first registration, confirmed by later ones, changed in /profile. */
export function profileQuestions(
  programme: Programme,
  at: Pick<Asking<unknown>, 't' | 'lang' | 'answers'>,
): Question[] {
  const { t, lang, answers } = at;
  const country = typeof answers.country === 'string' ? { country: answers.country } : {};
  return [
    {
      key: 'fullName',
      label: t('people:full_name'),
      ask: t('people:ask_full_name'),
      kind: text(t, { min: 2, max: 150 }),
    },
    {
      key: 'latinName',
      follows: 'fullName',
      label: t('people:latin_name'),
      ask: t('people:ask_latin_name'),
      kind: latinName(t, {
        name: typeof answers.fullName === 'string' ? answers.fullName : '',
        language: lang,
        ...country,
      }),
    },
    {
      key: 'country',
      label: t('people:country'),
      ask: t('people:ask_country'),
      kind: choice(t, countryOptions(programme, lang), { columns: 2 }),
    },
    { key: 'agency', label: t('people:agency'), ask: t('people:ask_agency'), kind: text(t, { min: 2, max: 200 }) },
    {
      key: 'position',
      label: t('people:position'),
      ask: t('people:ask_position'),
      kind: text(t, { min: 2, max: 150 }),
    },
    {
      key: 'sex',
      label: t('people:sex'),
      ask: t('people:ask_sex'),
      kind: choice(t, [
        { key: 'female', label: t('people:female') },
        { key: 'male', label: t('people:male') },
        { key: 'undisclosed', label: t('people:undisclosed') },
      ]),
    },
    { key: 'email', label: t('people:email'), ask: t('people:ask_email'), optional: true, kind: email(t) },
  ];
}

/** What is known already. The e-mail is optional: once the rest was given, a missing one was skipped, not forgotten. */
export function knownProfile(person: Person): Answers {
  const known = PROFILE_KEYS.filter((key) => person[key] !== null).map((key) => [key, person[key]]);
  return { ...(person.sex !== null && { email: null }), ...Object.fromEntries(known) };
}
