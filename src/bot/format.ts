/**
 * Dates, quantities and words as the reader's language writes them: pure functions of (language, …).
 *
 * Nothing here depends on the host. A locale is always given, and Intl.PluralRules is not used: it has no Tajik and
 * then silently takes the host's language. Intl puts no-break spaces (U+00A0) into large numbers and before the Russian
 * per cent sign; Telegram shows them well, so they stay. Dates have plain spaces.
 */
export * from './format/dates.ts';
export * from './format/parse.ts';
export * from './format/quantities.ts';
export * from './format/words.ts';
