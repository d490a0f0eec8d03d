/** Numbers, sizes and lengths of time. */
import type { Language } from '../i18n.ts';
import { locale, perLanguage } from './intl.ts';

const numbers = perLanguage((lang) => ({
  plain: new Intl.NumberFormat(locale(lang)),
  percent: new Intl.NumberFormat(locale(lang), { style: 'percent' }),
  oneDecimal: new Intl.NumberFormat(locale(lang), { maximumFractionDigits: 1 }),
}));

/** "1,234.5" with the language's separators, three decimals at most. */
export function formatNumber(lang: Language, value: number): string {
  return numbers(lang).plain.format(value);
}

/** "46%" of a ratio from 0 to 1, without decimals. */
export function formatPercent(lang: Language, ratio: number): string {
  return numbers(lang).percent.format(ratio);
}

/** Bytes, kilo-, mega- and gigabytes. Not CLDR's: it has "byte" for Tajik and Korean, and a Kazakh "MБ" whose M is Latin. */
const BYTE_UNITS: Record<Language, readonly [string, string, string, string]> = {
  ru: ['Б', 'КБ', 'МБ', 'ГБ'],
  kk: ['байт', 'КБ', 'МБ', 'ГБ'],
  ky: ['байт', 'КБ', 'МБ', 'ГБ'],
  tg: ['байт', 'КБ', 'МБ', 'ГБ'],
  uz: ['bayt', 'KB', 'MB', 'GB'],
  az: ['bayt', 'KB', 'MB', 'GB'],
  hy: ['բայթ', 'ԿԲ', 'ՄԲ', 'ԳԲ'],
  ka: ['ბაიტი', 'კბ', 'მბ', 'გბ'],
};
const LATIN_BYTE_UNITS = ['B', 'KB', 'MB', 'GB'] as const;

/** "2.4 MB". A megabyte is 1024² bytes, so that we say what Telegram's own apps show beside the file. */
export function formatBytes(lang: Language, bytes: number): string {
  const [byte, kilobyte, megabyte, gigabyte] = BYTE_UNITS[lang] ?? LATIN_BYTE_UNITS;
  const write = (value: number, unit: string) => `${numbers(lang).oneDecimal.format(value)} ${unit}`;
  // Rounded before it is compared: 1,048,575 bytes are 1 MB, not 1,024 KB.
  const kilobytes = Math.round(bytes / 1024);
  const megabytes = Math.round((bytes / 1024 ** 2) * 10) / 10;
  if (bytes < 1024) return write(bytes, byte);
  if (kilobytes < 1024) return write(kilobytes, kilobyte);
  if (megabytes < 1024) return write(megabytes, megabyte);
  return write(bytes / 1024 ** 3, gigabyte);
}

type TimeUnit = 'day' | 'hour' | 'minute';

const timeUnits = perLanguage((lang) => {
  const format = (unit: TimeUnit) => new Intl.NumberFormat(locale(lang), { style: 'unit', unit, unitDisplay: 'long' });
  return { day: format('day'), hour: format('hour'), minute: format('minute') };
});

/** CLDR has no Tajik units and says "7 d". One form does: Tajik has the singular after every number. */
const TAJIK_UNITS: Record<TimeUnit, string> = { day: 'рӯз', hour: 'соат', minute: 'дақиқа' };

/**
 * "7 days", "1 hour 30 minutes": the parts that are not zero, in the nominative. Put it after a label ("Time left: …"),
 * never after a preposition or before a suffix: those want another case. Nothing is carried over: to have 90 minutes
 * as an hour and a half, pass `Temporal.Duration.from({ minutes: 90 }).round({ largestUnit: 'day' })`.
 */
export function formatDuration(
  lang: Language,
  duration: { readonly days?: number; readonly hours?: number; readonly minutes?: number },
): string {
  const { days = 0, hours = 0, minutes = 0 } = duration;
  const parts: [number, TimeUnit][] = [
    [days, 'day'],
    [hours, 'hour'],
    [minutes, 'minute'],
  ];
  const given = parts.filter(([count]) => count !== 0);
  if (given.length === 0) return writeTime(lang, 0, 'minute');
  return given.map(([count, unit]) => writeTime(lang, count, unit)).join(' ');
}

function writeTime(lang: Language, count: number, unit: TimeUnit): string {
  if (lang === 'tg') return `${formatNumber(lang, count)} ${TAJIK_UNITS[unit]}`;
  return timeUnits(lang)[unit].format(count);
}
