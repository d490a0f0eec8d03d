import { and, inArray, isNotNull } from 'drizzle-orm';
import type { DbOrTx } from '../../db/connect.ts';
import { person } from '../../db/schema.ts';
import { agencyName, type Agency as Listed, type Country, type Programme } from '../../programme.ts';

/** An organization as the segments know it: people type its name themselves, in any of its languages and cases. */
export type Agency = {
  /** One of its spellings, which stands for all. */
  key: string;
  spellings: string[];
  /** Where the programme's file lists it. */
  listed: { country: Country; agency: Listed } | null;
};

/**
 * The organizations that the programme lists, and those that people have in their profiles; of these countries, null: of
 * all. Those that are `named` already are among them.
 */
export async function loadAgencies(
  db: DbOrTx,
  programme: Programme,
  countries: string[] | null,
  named: string[],
): Promise<Agency[]> {
  // In order, so that the same spelling stands for the others at each step of a dialog.
  const typed = await db
    .selectDistinct({ agency: person.agency })
    .from(person)
    .where(and(isNotNull(person.agency), countries ? inArray(person.country, countries) : undefined))
    .orderBy(person.agency);
  const all = listedAgencies(programme);
  const bySpelling = new Map(all.flatMap((one) => one.spellings.map((spelling) => [fold(spelling), one] as const)));
  const offered = new Set(all.filter(({ listed }) => !countries || countries.includes(listed!.country.code)));
  for (const name of [...named, ...typed.map(({ agency }) => agency!)]) {
    const one = bySpelling.get(fold(name)) ?? { key: name, spellings: [], listed: null };
    if (!one.spellings.includes(name)) one.spellings.push(name);
    bySpelling.set(fold(name), one);
    offered.add(one);
  }
  return [...offered];
}

/** What the organizations of an audience are called for this reader, each of them once. */
export function agencyWords(programme: Programme, names: string[], lang: string): string[] {
  const all = listedAgencies(programme);
  const known = (name: string) => all.find(({ spellings }) => spellings.some((one) => fold(one) === fold(name)));
  const words = names.map((name) => agencyLabel(known(name) ?? { key: name, spellings: [name], listed: null }, lang));
  return words.filter((word, i) => words.findIndex((other) => fold(other) === fold(word)) === i);
}

export function agencyLabel({ key, listed }: Agency, lang: string): string {
  return listed ? agencyName(listed.country, listed.agency, lang) : key;
}

function listedAgencies({ countries }: Programme): Agency[] {
  return countries.flatMap((country) =>
    country.agencies.map((agency) => {
      const spellings = [...new Set([agency.native, agency.en, agency.ru])];
      return { key: agency.native, spellings, listed: { country, agency } };
    }),
  );
}

const fold = (name: string) => name.toLowerCase().replaceAll(/\s+/g, ' ');
