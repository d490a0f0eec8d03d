/** In which of the languages of an announcement somebody reads it best. `reads`: see `readingOrder` in programme.ts. */
export function languageFor(reads: readonly string[], given: string[]): string {
  return reads.find((language) => given.includes(language)) ?? given[0]!;
}
