import { and, eq, isNotNull, isNull } from 'drizzle-orm';
import type { Deps } from '../bot/context.ts';
import { organizes } from '../bot/roles.ts';
import { alumniProfile, person, role } from '../db/schema.ts';
import { countryName, type Programme } from '../programme.ts';
import { CAST, NEWCOMERS, PEOPLE, SPARE, type Named } from './demo/people.ts';
import type { Telegram, TelegramUser } from './telegram/index.ts';

export type Role = 'newcomer' | 'participant' | 'alumni' | 'organizer';

/** Somebody on the page, as its lists show them. */
export type Listed = {
  id: number;
  /** As they write it, and as in the passport; `first`: what they are called. */
  name: string;
  latin: string;
  first: string;
  role: Role;
  /** What they read the bot in; before they have chosen, the language of their Telegram. */
  language: string;
  zone: string;
  /** In the language of the page; '' while it is not known. */
  country: string;
  agency: string;
  /** How many messages of the bot are in their chat. */
  received: number;
};

export type Actor = { user: TelegramUser; latin: string; name: string; zone: string; blocked: boolean };
export type Cast = Awaited<ReturnType<typeof createCast>>;

/** Ids of people who come new: their language and their number in its list of names can be read from them. */
const ARRIVING = 7_000_100_000;
const PER_LANGUAGE = 100;

/**
 * The people with a Telegram account: those whom the database knows, and newcomers. Accounts live in memory, so they are
 * made anew at each start; whom the database knows has started the bot before.
 */
export async function createCast({
  db,
  programme,
  telegram,
  config,
}: Pick<Deps, 'db' | 'programme' | 'config'> & { telegram: Telegram }) {
  const actors = new Map<number, Actor>();
  const rows = await db.select().from(person).where(isNotNull(person.telegramId));
  const known = new Map(rows.map((row) => [row.telegramId!, row]));

  const enter = (id: number, named: Named, language: string, zone: string): Actor => {
    const user = telegram.user({
      id,
      first_name: named.first,
      last_name: named.last,
      username: named.latin.toLowerCase().split(' ').toReversed().join('_'),
      language_code: language,
      started: known.has(id),
    });
    const actor = { user, name: named.name, latin: latinOf(named), zone, blocked: false };
    actors.set(id, actor);
    return actor;
  };

  for (const one of NEWCOMERS) enter(one.id, one, one.language, one.zone);
  for (const one of PEOPLE) enter(one.id, one, one.language, zoneOf(programme, one.country));
  for (const [id, { language, zone, fullName, latinName }] of known) {
    if (actors.has(id)) continue;
    const name = fullName ?? latinName ?? String(id);
    enter(id, spareOf(programme, id) ?? { name, first: name, last: '', latin: latinName ?? name }, language, zone);
  }

  /** Somebody new, whose Telegram is in this language. */
  function arrive(language: string): number {
    const at = programme.languages.indexOf(language);
    const first = ARRIVING + at * PER_LANGUAGE;
    const id = Array.from({ length: PER_LANGUAGE }, (_, i) => first + i).find((one) => !actors.has(one));
    if (at < 0 || id === undefined) throw new Error(`Nobody else can come with ${language}`);
    const country = programme.countries.find((one) => one.language === language);
    enter(id, spareOf(programme, id)!, language, country?.zone ?? programme.defaultZone);
    return id;
  }

  /** Everybody, or the one with this id. */
  async function list(pageLanguage: string, only?: number): Promise<Listed[]> {
    const found = await db
      .select({ person, alumni: alumniProfile.since, organizer: role.since })
      .from(person)
      .leftJoin(alumniProfile, eq(alumniProfile.personId, person.id))
      .leftJoin(role, and(eq(role.personId, person.id), eq(role.kind, 'organizer'), isNull(role.eventId)))
      .where(only === undefined ? isNotNull(person.telegramId) : eq(person.telegramId, only));
    const byId = new Map(found.map((row) => [row.person.telegramId!, row]));
    const chosen = only === undefined ? [...actors] : [...actors].filter(([id]) => id === only);
    return chosen.map(([id, { user, name, latin, zone }]): Listed => {
      const row = byId.get(id);
      const isOne = row?.organizer != null || config.OWNER_IDS.includes(id);
      const country = row?.person.country;
      return {
        id,
        name,
        latin,
        first: user.user.first_name,
        role: !row ? 'newcomer' : isOne ? 'organizer' : row.alumni != null ? 'alumni' : 'participant',
        language: row?.person.language ?? user.user.language_code ?? programme.defaultLanguage,
        zone: row?.person.zone ?? zone,
        country: country ? countryName(programme, country, pageLanguage) : '',
        agency: row?.person.agency ?? '',
        received: received(id),
      };
    });
  }

  const received = (id: number) => actors.get(id)?.user.chat.filter(({ from }) => from === 'bot').length ?? 0;

  /** Whom the bot knows opens the menu: organizers theirs. */
  async function greet(id: number): Promise<void> {
    const [row] = await db.select().from(person).where(eq(person.telegramId, id));
    const works = row && (await organizes({ db, config }, row, 'any'));
    if (row) await actors.get(id)?.user.send(works ? '/organize' : '/start');
  }

  /** Somebody comes into view: then no chat of whom the bot knows is empty. */
  async function wake(id: number): Promise<void> {
    if (actors.get(id)?.user.chat.length === 0) await greet(id);
  }

  return {
    ids: () => [...actors.keys()],
    actor: (id: number): Actor | undefined => actors.get(id),
    received,
    arrive,
    list,
    greet,
    wake,
  };
}

/** Who is on the page when it is opened: a newcomer, an organizer, an alumna. */
export const FIRST_VIEW = [NEWCOMERS[0]!.id, CAST.organizer, CAST.alumna];

const zoneOf = ({ countries, defaultZone }: Programme, code: string) =>
  countries.find((country) => country.code === code)?.zone ?? defaultZone;

/** "Aigerim Seidakhmetova": passports have the family name first and in capitals. */
function latinOf({ latin }: Named): string {
  const capitalized = latin
    .toLowerCase()
    .split(' ')
    .map((word) => word.charAt(0).toUpperCase() + word.slice(1));
  return [...capitalized.slice(-1), ...capitalized.slice(0, -1)].join(' ');
}

/** The name of somebody who came new; they take turns when a list is at its end. */
function spareOf({ languages }: Programme, id: number): Named | undefined {
  const at = Math.floor((id - ARRIVING) / PER_LANGUAGE);
  const names = languages[at] === undefined ? undefined : (SPARE[languages[at]] ?? SPARE.en!);
  return names?.[((id - ARRIVING) % PER_LANGUAGE) % names.length];
}
