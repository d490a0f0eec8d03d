import { formatDuration } from '../../bot/format/quantities.ts';
import { formatList } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';

const DEFAULT = [10_080, 1440, 60];
const MINUTES = { d: 1440, h: 60, m: 1 };
const MOST = 10;
const LONGEST = 365 * MINUTES.d;

/** How long before the beginning people are reminded: minutes, the longest first. Typed as "7d 1d 1h 30m". */
export function reminderOffsets(t: T, lang: string): Kind {
  const show = (value: Json) => showOffsets(t, lang, Array.isArray(value) ? value.map(Number) : []);
  const invalid = { kind: 'invalid', say: t('forms:expect_offsets', { example: '7d 1d 1h 30m', max: MOST }) } as const;
  return {
    options: () => [
      { token: 'default', label: show(DEFAULT) },
      { token: 'none', label: show([]) },
    ],
    press(token) {
      if (token === 'default') return { kind: 'ok', value: DEFAULT };
      return token === 'none' ? { kind: 'ok', value: [] } : invalid;
    },
    read({ text }) {
      const offsets = parseOffsets(text ?? '');
      return offsets ? { kind: 'ok', value: offsets } : invalid;
    },
    show,
  };
}

/** "7 days, 1 day and 1 hour". */
export function showOffsets(t: T, lang: string, minutes: number[]): string {
  if (minutes.length === 0) return t('forms:no_reminders');
  const durations = minutes.map((count) => Temporal.Duration.from({ minutes: count }).round({ largestUnit: 'day' }));
  return formatList(
    lang,
    durations.map((duration) => formatDuration(lang, duration)),
    'and',
  );
}

/** Null unless all of it is readable: a reminder that was silently left out would be missed on the day. */
function parseOffsets(text: string): number[] | null {
  const parts = text
    .trim()
    .toLowerCase()
    .split(/[\s,;]+/);
  const minutes = parts.map((part) => {
    const [, count, unit] = /^(\d{1,6})([dhm])$/.exec(part) ?? [];
    return Number(count) * MINUTES[unit as keyof typeof MINUTES];
  });
  if (!minutes.every((count) => count >= 1 && count <= LONGEST)) return null;
  const sorted = [...new Set(minutes)].toSorted((a, b) => b - a);
  return sorted.length <= MOST ? sorted : null;
}
