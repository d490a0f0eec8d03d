import { formatDate, formatTime } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, type Html } from '../../bot/html.ts';
import type { T, TextKey } from '../../bot/i18n.ts';
import { countryName, type Programme } from '../../programme.ts';
import type { Everything } from './export.ts';

type Reader = { t: T; lang: string; zone: string; programme: Programme };

const TITLES: Record<keyof Everything, TextKey> = {
  person: 'common:menu_profile',
  consents: 'people:consent',
  roles: 'roles:title',
  refusals: 'roles:log_title',
  registrations: 'common:menu_my',
  history: 'seats:history',
  nominations: 'nominations:title',
  places: 'places:links_used',
  attendance: 'sessions:attendance',
  calendar: 'sessions:your_calendar',
  reviews: 'selection:my_scores',
  shortlists: 'selection:shortlist',
  documents: 'requirements:title',
  unfinishedForms: 'privacy:unfinished',
  surveys: 'settings:topic_surveys',
  answered: 'privacy:answered',
  certificates: 'certificates:mine',
  pollVotes: 'privacy:votes',
  directory: 'common:menu_directory',
  contactRequests: 'settings:topic_contacts',
  messages: 'privacy:messages',
  searches: 'alumni:search_title',
  failedUpdates: 'privacy:failed_updates',
  wrote: 'privacy:wrote',
};

/** What has a name in the chat is called so here; the rest keeps its name in the database. */
const LABELS: Record<string, TextKey> = {
  fullName: 'people:full_name',
  latinName: 'people:latin_name',
  country: 'people:country',
  agency: 'people:agency',
  position: 'people:position',
  sex: 'people:sex',
  email: 'people:email',
  language: 'settings:language',
  zone: 'settings:zone',
};

/** Of use to programs only; the JSON has them. */
const INTERNAL = new Set([
  'id',
  'personId',
  'eventId',
  'formVersionId',
  'revision',
  'zoneChosen',
  'unreachableSince',
  'searchKeys',
  'promptMessageId',
  'lastUpdate',
]);

/** The same data as a page that a browser opens, for people who do not read JSON. It loads nothing from anywhere. */
export function readable(everything: Everything, reader: Reader): string {
  const { t, lang } = reader;
  const sections = Object.entries(TITLES).flatMap(([key, title]) => {
    const about = everything[key as keyof Everything];
    return isEmpty(about) ? [] : [html`<h2>${t(title)}</h2>${shown(key, about, reader)}`];
  });
  return html`<!doctype html>
<html lang="${lang}">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>${t('privacy:all_your_data')}</title>
<style>
body { font: 16px/1.5 sans-serif; max-width: 48em; margin: auto; padding: 1em }
table { border-collapse: collapse; margin: 0 0 1em; width: 100% }
th, td { border: 1px solid #ccc; padding: .25em .5em; text-align: left; vertical-align: top; overflow-wrap: anywhere }
th { font-weight: normal; color: #555; width: 30% }
td { white-space: pre-line }
</style>
<h1>${t('privacy:all_your_data')}</h1>
${sections}
</html>
`.html;
}

function isEmpty(value: unknown): boolean {
  if (Array.isArray(value)) return value.length === 0;
  if (value === null || value === undefined) return true;
  return typeof value === 'object' && !(value instanceof Temporal.Instant) && Object.values(value).every(isEmpty);
}

function shown(key: string, value: unknown, reader: Reader): Html {
  if (value === null || value === undefined || value === '') return html`—`;
  if (value instanceof Temporal.Instant) {
    const { lang, zone } = reader;
    return html`${formatDate(lang, value, zone)}, ${formatTime(lang, value, zone)}`;
  }
  if (Array.isArray(value)) {
    const items = value.map((item) => shown(key, item, reader));
    return value.every((item) => typeof item === 'object') ? html`${items}` : html`${value.join(', ') || '—'}`;
  }
  if (typeof value === 'object') {
    const rows = Object.entries(value).filter(([name, cell]) => !INTERNAL.has(name) && !isEmpty(cell));
    return html`<table>${rows.map(([name, cell]) => html`<tr><th>${label(name, reader)}</th><td>${shown(name, cell, reader)}</td></tr>`)}</table>`;
  }
  return html`${typeof value === 'string' ? worded(key, value, reader) : JSON.stringify(value)}`;
}

function label(key: string, { t }: Reader): string {
  const known = LABELS[key];
  return known ? t(known) : key;
}

function worded(key: string, value: string, { t, lang, programme }: Reader): string {
  if (key === 'country') return countryName(programme, value, lang);
  if (key === 'language') return languageName(value);
  if (key === 'sex') return t(`people:${value as 'female' | 'male' | 'undisclosed'}`);
  return value;
}
