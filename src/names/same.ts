/**
 * Whether two names may be one person's: for finding duplicates, so stricter than the search.
 */
import { aliasesOf } from './aliases.ts';
import { sounds } from './fold.ts';
import { koreanKeys, nameParts, type Part } from './parts.ts';

/** An h that is a letter of its own, as Russian leaves it out: Анаит for Anahit. */
const SILENT_H = /(?<![kscz])h/g;

/** Two parts that share a key are one name: spelled alike, known as one, or of one sound, vowels included (u and o are one). */
const partKeys = ({ spellings, koreanGiven }: Part): ReadonlySet<string> =>
  new Set(
    spellings.flatMap((spelling) => [
      `f:${spelling}`,
      `f:${spelling.replace(SILENT_H, '')}`,
      ...aliasesOf(spelling).map((id) => `a:${id}`),
      ...sounds(spelling)
        .filter(({ skeleton }) => skeleton.length >= 3)
        .map(({ vowelled }) => `v:${vowelled.replaceAll('u', 'a')}`),
      ...(koreanGiven ? koreanKeys(spelling) : []),
    ]),
  );

/** Whether each of `left` finds a partner of its own in `right`. */
function pairOff(left: ReadonlySet<string>[], right: ReadonlySet<string>[]): boolean {
  const [first, ...rest] = left;
  if (first === undefined) return true;
  return right.some((keys, at) => !first.isDisjointFrom(keys) && pairOff(rest, right.toSpliced(at, 1)));
}

/**
 * Whether every part of the shorter name is in the longer one, in any order and script, so that a patronymic may be missing. Two
 * parts at least, unless neither name has more than one.
 */
export function sameName(a: string, b: string): boolean {
  return sameParts(nameParts(a).map(partKeys), nameParts(b).map(partKeys));
}

function sameParts(one: ReadonlySet<string>[], other: ReadonlySet<string>[]): boolean {
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  if (shorter.length === 0 || (shorter.length === 1 && longer.length > 1)) return false;
  return pairOff(shorter, longer);
}

export type NameIndex<Item> = (name: string) => Item[];

/**
 * Finds who may be somebody by name, among many: `sameName` without comparing everybody with everybody. Thousands of names are
 * taken apart in some tenths of a second, so `breathe` is awaited now and then.
 * @param all each with every form of the name that is known
 */
export async function indexNames<Item>(
  all: readonly { names: readonly string[]; item: Item }[],
  breathe: () => Promise<unknown> = async () => undefined,
): Promise<NameIndex<Item>> {
  const known: { item: Item; parts: ReadonlySet<string>[] }[] = [];
  const byKey = new Map<string, Set<number>>();
  for (const [i, { names, item }] of all.entries()) {
    if (i % AT_ONCE === AT_ONCE - 1) await breathe();
    for (const name of names) {
      const parts = nameParts(name).map(partKeys);
      const at = known.push({ item, parts }) - 1;
      for (const key of parts.flatMap((keys) => [...keys])) byKey.getOrInsertComputed(key, () => new Set()).add(at);
    }
  }
  return (name) => {
    const parts = nameParts(name).map(partKeys);
    const candidates = new Set(parts.flatMap((keys) => [...keys].flatMap((key) => [...(byKey.get(key) ?? [])])));
    const found = [...candidates].toSorted((a, b) => a - b).map((at) => known[at]!);
    return [...new Set(found.filter((one) => sameParts(parts, one.parts)).map(({ item }) => item))];
  };
}

/** Names that are taken apart in one go: some milliseconds. */
const AT_ONCE = 100;
