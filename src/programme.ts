/**
 * The programme that this deployment serves: its names, partners, countries, languages, zones, consent text and
 * retention periods. Everything that differs from one programme to the next is data in `programme.json`, so that
 * another organization sets up its own without touching `src/`. What the file must hold: programme/schema.ts.
 */
import { readFileSync } from 'node:fs';
import { checkProgramme, type Language, type Programme } from './programme/schema.ts';

export type { Language, Programme } from './programme/schema.ts';
export type Country = Programme['countries'][number];
export type Agency = Country['agencies'][number];

/** A text per language. The maps of `programme.json` are complete; those an organizer writes may have gaps. */
export type Texts = Readonly<Partial<Record<Language, string>>>;

/** The code of "Other country": CLDR's "unknown region", which ISO 3166 will never give to a country. */
export const OTHER_COUNTRY = 'ZZ';

/** Its message is one line that names the place in the file and the cure. */
export class ProgrammeError extends Error {}

/**
 * Reads and checks the programme's file (JSON, UTF-8).
 *
 * @throws ProgrammeError, for example
 *   `programme.json: countries[2].names.tg is missing: add the name of the country in Tajik`.
 *   Only the first problem is reported: the next start reports the next one.
 */
export function loadProgramme(path: string): Programme {
  const checked = checkProgramme(readJson(path));
  if (checked.kind === 'wrong') throw new ProgrammeError(`${path}: ${checked.problem}`);
  return checked.programme;
}

/**
 * The languages in which somebody reads a text, the best first: their own; those the programme says its readers know
 * (a Kazakh reads Russian rather than English); the default; the others.
 */
export function readingOrder(
  { fallbacks, defaultLanguage, languages }: Pick<Programme, 'fallbacks' | 'defaultLanguage' | 'languages'>,
  lang: Language,
): Language[] {
  return [...new Set([lang, ...(fallbacks[lang] ?? []), defaultLanguage, ...languages])];
}

/** What there is in the first of these languages that has it, else in any: the programme may have given up the others. */
export function pick<Text>(
  texts: Readonly<Partial<Record<Language, Text>>>,
  order: readonly Language[],
): Text | undefined {
  return order.map((language) => texts[language]).find((found) => found !== undefined) ?? Object.values(texts)[0];
}

/** The programme's text as somebody with this language reads it. */
export function text(programme: Programme, texts: Texts, lang: Language): string {
  return pick(texts, readingOrder(programme, lang)) ?? '';
}

/** The name of a country. One that has left the file while its people stayed gets its CLDR name. */
export function countryName(programme: Programme, code: string, lang: Language): string {
  const country = programme.countries.find((country) => country.code === code);
  if (country) return text(programme, country.names, lang);
  return new Intl.DisplayNames(lang, { type: 'region' }).of(code) ?? code;
}

/** The city by which people know a time zone: Asia/Almaty is "Astana". A zone not in the file gives its own city. */
export function cityOf(programme: Programme, zone: string, lang: Language): string {
  const known = programme.zones.find((known) => known.zone === zone);
  if (known) return text(programme, known.city, lang);
  return zone.slice(zone.lastIndexOf('/') + 1).replaceAll('_', ' ');
}

/** The name of an agency: its own for those who read the language of its country, else Russian or English. */
export function agencyName(country: Country, agency: Agency, lang: Language): string {
  if (lang === country.language) return agency.native;
  return lang === 'ru' ? agency.ru : agency.en;
}

function readJson(path: string): unknown {
  let json;
  try {
    json = readFileSync(path, 'utf8');
  } catch (error) {
    throw new ProgrammeError(`${path}: cannot be read (${reason(error)}): put the programme's file there`);
  }
  try {
    return JSON.parse(json);
  } catch (error) {
    throw new ProgrammeError(`${path}: is not JSON (${reason(error)}): correct the file at that place`);
  }
}

/** On one line: JSON.parse quotes the text around the error. */
function reason(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replaceAll(/\s+/g, ' ');
}
