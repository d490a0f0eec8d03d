import { readFileSync, readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { createInstance } from 'i18next';
import { readingOrder, type Programme } from '../programme.ts';
import type alumni from '../../locales/en/alumni.json';
import type announcements from '../../locales/en/announcements.json';
import type certificates from '../../locales/en/certificates.json';
import type changes from '../../locales/en/changes.json';
import type common from '../../locales/en/common.json';
import type deliveries from '../../locales/en/deliveries.json';
import type digest from '../../locales/en/digest.json';
import type events from '../../locales/en/events.json';
import type failures from '../../locales/en/failures.json';
import type feedback from '../../locales/en/feedback.json';
import type forms from '../../locales/en/forms.json';
import type materials from '../../locales/en/materials.json';
import type nominations from '../../locales/en/nominations.json';
import type operation from '../../locales/en/operation.json';
import type organize from '../../locales/en/organize.json';
import type people from '../../locales/en/people.json';
import type places from '../../locales/en/places.json';
import type pipeline from '../../locales/en/pipeline.json';
import type plans from '../../locales/en/plans.json';
import type playground from '../../locales/en/playground.json';
import type polls from '../../locales/en/polls.json';
import type privacy from '../../locales/en/privacy.json';
import type profile from '../../locales/en/profile.json';
import type questionnaires from '../../locales/en/questionnaires.json';
import type registration from '../../locales/en/registration.json';
import type reminders from '../../locales/en/reminders.json';
import type requirements from '../../locales/en/requirements.json';
import type roles from '../../locales/en/roles.json';
import type seats from '../../locales/en/seats.json';
import type segments from '../../locales/en/segments.json';
import type sessions from '../../locales/en/sessions.json';
import type selection from '../../locales/en/selection.json';
import type settings from '../../locales/en/settings.json';
import type surveys from '../../locales/en/surveys.json';
import type translations from '../../locales/en/translations.json';

/** A folder of `locales/`; which ones a programme uses is said in programme.json. */
export type Language = string;

/** The texts of a feature lie in the namespace of its name: `t('events:register_btn')`. English gives the types. */
export type Texts = {
  common: typeof common;
  forms: typeof forms;
  people: typeof people;
  events: typeof events;
  registration: typeof registration;
  places: typeof places;
  reminders: typeof reminders;
  requirements: typeof requirements;
  roles: typeof roles;
  certificates: typeof certificates;
  changes: typeof changes;
  organize: typeof organize;
  materials: typeof materials;
  pipeline: typeof pipeline;
  plans: typeof plans;
  polls: typeof polls;
  questionnaires: typeof questionnaires;
  feedback: typeof feedback;
  surveys: typeof surveys;
  translations: typeof translations;
  nominations: typeof nominations;
  alumni: typeof alumni;
  announcements: typeof announcements;
  segments: typeof segments;
  seats: typeof seats;
  selection: typeof selection;
  profile: typeof profile;
  sessions: typeof sessions;
  settings: typeof settings;
  digest: typeof digest;
  deliveries: typeof deliveries;
  operation: typeof operation;
  failures: typeof failures;
  privacy: typeof privacy;
  playground: typeof playground;
};
type Stem<Key> = Key extends `${infer Base}_one` ? Base : Key;
/** `namespace:key`; a plural by its stem: `events:seats` for `seats_one` and `seats_other`. */
export type TextKey = { [N in keyof Texts]: `${N}:${Stem<keyof Texts[N] & string>}` }[keyof Texts];
/**
 * The text in one language. Our own type, not i18next's TFunction: over many namespaces that one checks slowly and
 * answers a misspelt key with a screenful.
 */
export type T = {
  (key: TextKey, values?: Record<string, string | number | null>): string;
  /** The languages its reader understands, the best first: for what people wrote and may be missing in some of them. */
  reads: readonly Language[];
};

export type I18n = {
  languages: Language[];
  t(language: Language): T;
  has(language: string | undefined): boolean;
  /** All texts of a namespace, with those of the fallback where the language has none: for a page that renders by itself. */
  texts(language: Language, namespace: keyof Texts): Record<string, string>;
};

/**
 * Reads `<folder>/<language>/*.json`. Values go into texts as they are: they are escaped once, by `html`, where a
 * message is rendered, so locales hold plain text and never a tag.
 */
export function createI18n(
  folder: string,
  programme: Pick<Programme, 'languages' | 'defaultLanguage' | 'fallbacks'>,
): I18n {
  const { languages, defaultLanguage } = programme;
  const resources = Object.fromEntries(languages.map((language) => [language, readNamespaces(join(folder, language))]));
  const instance = createInstance({
    resources,
    fallbackLng: (language) => readingOrder(programme, language),
    keySeparator: false,
    interpolation: { escapeValue: false },
    initAsync: false,
  });
  void instance.init();
  const speak = (language: Language): T =>
    Object.assign(instance.getFixedT(language) as unknown as T, { reads: readingOrder(programme, language) });
  const fixed = new Map(languages.map((language) => [language, speak(language)]));
  const has = (language: string | undefined) => language !== undefined && fixed.has(language);
  return {
    languages,
    has,
    t: (language) => fixed.get(language) ?? fixed.get(defaultLanguage)!,
    texts: (language, namespace) => ({
      ...resources[defaultLanguage]?.[namespace],
      ...resources[language]?.[namespace],
    }),
  };
}

function readNamespaces(folder: string): Record<string, Record<string, string>> {
  let files: string[];
  try {
    files = readdirSync(folder).filter((file) => file.endsWith('.json'));
  } catch {
    throw new Error(
      `${folder} is missing: programme.json lists this language, so add its texts or take it off the list.`,
    );
  }
  return Object.fromEntries(
    files.map((file) => [basename(file, '.json'), JSON.parse(readFileSync(join(folder, file), 'utf8'))]),
  );
}
