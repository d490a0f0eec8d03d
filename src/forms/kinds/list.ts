import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';

type Limits = { min: number; max: number; /** Characters of one line. */ longest: number };

/** Several short texts in one message, one a line; each of them once. */
export function list(t: T, { min, max, longest }: Limits): Kind {
  const count = (lines: string[]) => lines.length >= min && lines.length <= max;
  return {
    read({ text }) {
      const lines = (text?.normalize('NFC') ?? '')
        .split('\n')
        .map((line) => line.trim())
        .filter((line) => line !== '');
      if (!count(lines)) {
        const say = min === max ? t('forms:expect_these_lines', { count: min }) : t('forms:expect_lines', { min, max });
        return { kind: 'invalid', say };
      }
      const long = lines.find((line) => [...line].length > longest);
      if (long) return { kind: 'invalid', say: t('forms:expect_shorter_lines', { count: longest }) };
      const same = new Set(lines.map((line) => line.toLocaleLowerCase())).size < lines.length;
      return same ? { kind: 'invalid', say: t('forms:expect_different_lines') } : { kind: 'ok', value: lines };
    },
    accepts: (value) => count(linesOf(value)),
    show: (value) => linesOf(value).join(' / '),
  };
}

export function linesOf(value: Json | undefined): string[] {
  return Array.isArray(value) ? value.map(String) : [];
}
