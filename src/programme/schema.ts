/** What `programme.json` must hold, and the sentence that says what is wrong with it. */
import * as v from 'valibot';

/** A language tag such as `kk` (BCP 47). A string, not a union: which languages a programme speaks is data. */
export type Language = string;

export type Programme = v.InferOutput<ReturnType<typeof programmeSchema>>;

/** `problem` names the place and the cure: `countries[2].names.tg is missing: add the name of the country in Tajik`. */
export type CheckedProgramme = { kind: 'right'; programme: Programme } | { kind: 'wrong'; problem: string };

/** Checks the parsed file; only the first problem is reported. */
export function checkProgramme(file: unknown): CheckedProgramme {
  // Languages first, because each of them is a required key of every map of texts.
  const head = v.safeParse(headSchema, file, { abortEarly: true });
  if (!head.success) return { kind: 'wrong', problem: sentence(head.issues[0]) };
  const whole = v.safeParse(programmeSchema(head.output.languages), file, { abortEarly: true });
  if (!whole.success) return { kind: 'wrong', problem: sentence(whole.issues[0]) };
  const problem = findContradiction(whole.output);
  return problem === undefined ? { kind: 'right', programme: whole.output } : { kind: 'wrong', problem };
}

/** What a button holds on a phone without being cut, in UTF-16 units (one a letter in all these scripts). */
const BUTTON = 30;

// Each schema is described by what belongs there ("the name of the country in Tajik"): sentence() makes a complaint of
// it. The message of a check is the whole complaint but for the place.

const string = (what: string) =>
  v.pipe(v.string(what), v.description(what), v.trim(), v.nonEmpty(`is empty: add ${what}`));

const list = <const S extends v.GenericSchema>(item: S, what: string) =>
  v.pipe(v.array(item, what), v.description(what));

/** An object with these keys and no others. Valibot asks the object, not the key, when a key is missing. */
const object = <const E extends v.ObjectEntries>(entries: E, what: string) => {
  const missing = (key: unknown) => (typeof key === 'string' && entries[key] ? v.getDescription(entries[key]) : what);
  return v.pipe(
    v.strictObject(entries, (issue) => missing(issue.path?.at(-1)?.key) ?? what),
    v.description(what),
  );
};

const matching = (what: string, pattern: RegExp, example: string) =>
  v.pipe(
    string(what),
    v.check(
      (value) => pattern.test(value),
      (issue) => `is ${issue.received}: write ${what}, such as ${example}`,
    ),
  );

const language = matching('a language tag', /^[a-z]{2,3}(-[A-Za-z\d]{2,8})*$/, 'kk');

const zone = (what: string) =>
  v.pipe(
    string(what),
    v.check(isZone, (issue) => `is ${issue.received}, which is no time zone: write an IANA name such as Asia/Almaty`),
  );

const period = (what: string, leastDays = 0) =>
  v.pipe(
    string(what),
    v.check(isPeriod, (issue) => `is ${issue.received}: write a period of days, months or years such as P90D or P5Y`),
    v.check(
      (text) => daysOf(text) >= leastDays,
      (issue) => `is ${issue.received}: write a period of at least ${leastDays} days`,
    ),
  );

const email = (what: string) =>
  v.pipe(
    string(what),
    v.email((issue) => `is ${issue.received}: write an e-mail address such as name@example.org`),
  );

const languagesSchema = v.pipe(
  list(language, 'the list of languages'),
  v.nonEmpty('is empty: add at least one language'),
);

const headSchema = v.looseObject({ languages: languagesSchema }, (issue) =>
  issue.path ? 'the list of languages' : 'an object',
);

function programmeSchema(languages: readonly Language[]) {
  const english = new Intl.DisplayNames('en', { type: 'language' });
  const texts = (what: string, limit = Infinity) =>
    object(
      Object.fromEntries(
        languages.map((language) => [language, label(`${what} in ${english.of(language) ?? language}`, limit)]),
      ),
      `${what} in each language`,
    );

  const agency = object(
    {
      native: string("the agency's own name"),
      en: string("the agency's name in English"),
      ru: string("the agency's name in Russian"),
    },
    "the agency's names",
  );

  return object(
    {
      name: object(
        { short: texts('the short name of the programme'), full: texts('the full name of the programme') },
        'the short and the full name of the programme',
      ),
      partners: list(
        object({ key: string('the key of the partner'), names: texts('the name of the partner') }, 'a partner'),
        'the list of partners',
      ),
      controller: object(
        { names: texts('the name of the controller'), email: email("the controller's e-mail") },
        'the controller of personal data',
      ),
      contact: object({ email: email("the organizers' e-mail") }, "the organizers' contact"),
      languages: languagesSchema,
      defaultLanguage: string('the language of those whose own is not known'),
      fallbacks: v.pipe(
        v.record(language, list(language, 'the list of languages, the best first'), 'the languages per language'),
        v.description('for each language, what its readers read where a text is missing in it; may be {}'),
      ),
      defaultZone: zone('the time zone of those whose own is not known'),
      countries: list(
        object(
          {
            code: matching('the code of the country', /^[A-Z]{2}$/, 'KZ'),
            names: texts('the name of the country', BUTTON),
            zone: zone('the time zone of the country'),
            language: string("the language of the agencies' own names"),
            agencies: list(agency, 'the list of agencies, which may be empty'),
          },
          'a country',
        ),
        'the list of countries',
      ),
      zones: list(
        object(
          { zone: zone('the time zone'), city: texts('the name of the city', BUTTON) },
          'a time zone and its city',
        ),
        'the list of time zones',
      ),
      bulkPerDay: v.pipe(
        v.number('how many messages that are not urgent a person gets a day'),
        v.description('how many messages that are not urgent a person gets a day'),
        v.integer('must be a whole number, such as 5'),
        v.minValue(1, 'must be at least 1'),
      ),
      announcements: object(
        {
          approvalAbove: v.pipe(
            v.number('above how many recipients a second organizer has to approve'),
            v.description('above how many recipients a second organizer has to approve'),
            v.integer('must be a whole number, such as 500'),
            v.minValue(0, 'must not be negative'),
          ),
        },
        'the rules of announcements',
      ),
      retention: object(
        {
          profile: period("how long a person's profile is kept after the last activity"),
          registrations: period('how long registrations and attendance are kept after the event'),
          certificates: period('how long a certificate can be checked'),
          surveys: period('how long named answers to surveys are kept'),
          contactRequests: period('how long contact requests are kept'),
          // The record is also what keeps an invitation from being sent again: surveys look back 30 days.
          messages: period('how long the record of a sent message is kept', 90),
          drafts: period('how long an unfinished form is kept'),
          invitations: period('how long an invitation is kept'),
          named: period('how long somebody whom others named and who never came is kept after the event'),
          inbox: period("how long Telegram's updates are kept"),
          deadLetters: period('how long updates that could not be handled are kept'),
          audit: period('how long it is kept who was refused what, and who got or lost a role'),
        },
        'the retention periods',
      ),
      consent: object(
        {
          version: matching('the date of the consent text', /^\d{4}-\d\d-\d\d$/, '2026-11-01'),
          // With its heading it is one message, of 4096 characters at the most.
          text: texts('the consent text', 3800),
        },
        'the consent text and its version',
      ),
      expertise: list(
        object(
          {
            // It travels in the data of buttons, which holds 64 bytes in all.
            key: matching('the key of the tag, at most 32 characters', /^[a-z][a-z\d_]{0,31}$/, 'open_data'),
            names: texts('the name of the tag', BUTTON),
          },
          'a tag',
        ),
        'the list of expertise tags',
      ),
    },
    'an object',
  );
}

function label(what: string, limit: number) {
  return v.pipe(
    string(what),
    v.check(
      (value) => value.length <= limit,
      ({ input }) =>
        `has ${input.length} characters: shorten it to ${limit}${limit === BUTTON ? ', it is the label of a button' : ''}`,
    ),
  );
}

/** What the shape cannot say. */
function findContradiction(programme: Programme): string | undefined {
  const { languages, defaultLanguage, fallbacks, defaultZone, countries, zones, partners, expertise } = programme;
  const cities = new Set(zones.map(({ zone }) => zone));
  const used = [
    { place: 'defaultZone', zone: defaultZone },
    ...countries.map(({ zone }, index) => ({ place: `countries[${index}].zone`, zone })),
  ];
  const homeless = used.find(({ zone }) => !cities.has(zone));

  if (!languages.includes(defaultLanguage)) {
    return `defaultLanguage is "${defaultLanguage}": write one of ${languages.join(', ')}`;
  }
  const strange = Object.entries(fallbacks).find((row) => row.flat().some((language) => !languages.includes(language)));
  if (strange)
    return `fallbacks.${strange[0]} names a language that is not in languages: remove it or add the language`;
  if (homeless) return `${homeless.place} is "${homeless.zone}": add this zone and its city to zones`;
  return (
    findRepeated(languages, (index) => `languages[${index}]`) ??
    findRepeated(column(countries, 'code'), (index) => `countries[${index}].code`) ??
    findRepeated(column(zones, 'zone'), (index) => `zones[${index}].zone`) ??
    findRepeated(column(partners, 'key'), (index) => `partners[${index}].key`) ??
    findRepeated(column(expertise, 'key'), (index) => `expertise[${index}].key`)
  );
}

const column = <K extends string>(rows: readonly Record<K, string>[], key: K) => rows.map((row) => row[key]);

function findRepeated(values: readonly string[], place: (index: number) => string): string | undefined {
  const index = values.findIndex((value, index) => values.indexOf(value) < index);
  return index < 0 ? undefined : `${place(index)} is "${values[index]}" for the second time: remove it or change it`;
}

/** Intl also takes offsets ("+05:00"); they know nothing of a zone's past and future, so they are refused. */
function isZone(name: string): boolean {
  try {
    return /^[A-Z]/.test(new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone);
  } catch {
    return false;
  }
}

/** ISO 8601 without hours and minutes, and longer than nothing. Postgres reads the same text as an interval. */
function isPeriod(text: string): boolean {
  try {
    return Temporal.Duration.from(text).sign > 0 && !text.includes('T');
  } catch {
    return false;
  }
}

const daysOf = (text: string) =>
  isPeriod(text) ? Temporal.Duration.from(text).total({ unit: 'days', relativeTo: '2026-01-01' }) : Infinity;

/** The complaint on one line. */
function sentence(issue: v.BaseIssue<unknown>): string {
  const place = (issue.path ?? [])
    .map(({ key }) => (typeof key === 'number' ? `[${key}]` : `.${String(key)}`))
    .join('');
  const where = place.replace(/^\./, '') || 'the file';
  if (issue.kind !== 'schema') return `${where} ${issue.message}`;
  if (issue.expected === 'never') return `${where} is not known: remove it or correct its spelling`;
  if (issue.received === 'undefined') return `${where} is missing: add ${issue.message}`;
  return `${where} is ${issue.received}: write ${issue.message}`;
}
