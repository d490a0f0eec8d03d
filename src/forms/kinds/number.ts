import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';

/** A whole number, in ASCII digits. */
export function wholeNumber(t: T, { min, max }: { min: number; max: number }): Kind {
  return {
    read({ text }) {
      const value = /^-?\d{1,9}$/.test(text?.trim() ?? '') ? Number(text) : Number.NaN;
      if (value >= min && value <= max) return { kind: 'ok', value };
      return { kind: 'invalid', say: t('forms:expect_number', { min, max }) };
    },
    show: String,
  };
}
