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
  const one = nameParts(a).map(partKeys);
  const other = nameParts(b).map(partKeys);
  const [shorter, longer] = one.length <= other.length ? [one, other] : [other, one];
  if (shorter.length === 0 || (shorter.length === 1 && longer.length > 1)) return false;
  return pairOff(shorter, longer);
}
