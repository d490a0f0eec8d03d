import { createHash } from 'node:crypto';
import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';

export type Option = { key: string; label: string };

/**
 * What a button carries of an option: callback_data holds 64 bytes, and a key may be of any length. 40 bits of a hash: that
 * two of a thousand options meet is less likely than 1 in a million.
 */
export function tokenOf(key: string): string {
  if (/^\w[\w/-]{0,31}$/.test(key)) return key;
  return `-${createHash('sha256').update(key).digest('hex').slice(0, 10)}`;
}

const same = (a: string, b: string) => a.trim().toLocaleLowerCase() === b.trim().toLocaleLowerCase();

/** One of several, by button; typing a label, or its number in the list, is understood too. */
export function choice(t: T, options: Option[], { columns = 1 }: { columns?: number } = {}): Kind {
  const find = (value: Json) => options.find(({ key }) => key === value);
  return {
    columns,
    options: () => options.map(({ key, label }) => ({ token: tokenOf(key), label })),
    press(token) {
      const option = options.find(({ key }) => tokenOf(key) === token);
      return option ? { kind: 'ok', value: option.key } : { kind: 'invalid', say: t('forms:expect_choice') };
    },
    read({ text = '' }) {
      const option = options.find(({ label }) => same(label, text)) ?? options[Number(text) - 1];
      return option ? { kind: 'ok', value: option.key } : { kind: 'invalid', say: t('forms:expect_choice') };
    },
    accepts: (value) => find(value) !== undefined,
    show: (value) => find(value)?.label ?? '—',
  };
}

export function yesNo(t: T): Kind {
  return choice(
    t,
    [
      { key: 'yes', label: t('common:yes') },
      { key: 'no', label: t('common:no') },
    ],
    { columns: 2 },
  );
}

/** 1 to 5, or 0 to 10, as numbers on buttons. */
export function scale(t: T, from: number, to: number): Kind {
  const numbers = Array.from({ length: to - from + 1 }, (_, i) => from + i);
  const kind = choice(
    t,
    numbers.map((n) => ({ key: String(n), label: String(n) })),
    { columns: Math.min(numbers.length, 6) },
  );
  const toNumber = (read: ReturnType<NonNullable<Kind['press']>>) =>
    read.kind === 'ok' ? { ...read, value: Number(read.value) } : read;
  return {
    ...kind,
    press: (token, current) => toNumber(kind.press!(token, current)),
    // The answer is a number, where the option's key is text.
    accepts: (value) => numbers.some((n) => n === value),
    show: String,
    // Typed digits mean themselves here, not a position in the list.
    read({ text = '' }) {
      const n = /^\d+$/.test(text.trim()) ? Number(text) : Number.NaN;
      if (n >= from && n <= to) return { kind: 'ok', value: n };
      return { kind: 'invalid', say: t('forms:expect_number', { min: from, max: to }) };
    },
  };
}

const DONE = '.';

/** The keys that are ticked. */
export const chosen = (value: Json | undefined): string[] => (Array.isArray(value) ? value.map(String) : []);

/** Several of several: a press ticks or unticks, "Done" goes on. */
export function several(t: T, options: Option[], { min = 0, max = options.length, columns = 1 } = {}): Kind {
  const invalid = { kind: 'invalid', say: t('forms:expect_several', { min, max }) } as const;
  return {
    columns,
    options: (current) => [
      ...options.map(({ key, label }) => ({
        token: tokenOf(key),
        label: chosen(current).includes(key) ? `✓ ${label}` : label,
      })),
      { token: DONE, label: t('common:done') },
    ],
    press(token, current) {
      const ticked = chosen(current);
      if (token === DONE) return ticked.length >= min ? { kind: 'ok', value: ticked } : invalid;
      const pressed = options.find(({ key }) => tokenOf(key) === token)?.key;
      if (pressed === undefined) return invalid;
      const value = ticked.includes(pressed) ? ticked.filter((key) => key !== pressed) : [...ticked, pressed];
      return value.length <= max ? { kind: 'again', value } : invalid;
    },
    read: () => invalid,
    show: (value) =>
      chosen(value)
        .map((key) => options.find((option) => option.key === key)?.label ?? key)
        .join(', ') || '—',
  };
}
