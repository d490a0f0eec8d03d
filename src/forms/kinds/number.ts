import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';

/** A whole number, in ASCII digits. */
export function wholeNumber(
  t: T,
  { min, max }: { min: number; max: number },
  say = t('forms:expect_number', { min, max }),
): Kind {
  return {
    read({ text }) {
      const value = /^-?\d{1,9}$/.test(text?.trim() ?? '') ? Number(text) : Number.NaN;
      if (value >= min && value <= max) return { kind: 'ok', value };
      return { kind: 'invalid', say };
    },
    show: String,
  };
}

/** With a decimal point or, as most of the ten languages write it, a comma: "1 250,5". */
export function decimal(t: T): Kind {
  return {
    read({ text = '' }) {
      const plain = text.trim().replace(/(?<=\d)[\s\u00A0\u202F](?=\d{3}(?!\d))/g, '');
      if (/^-?\d{1,12}(?:[.,]\d{1,9})?$/.test(plain)) return { kind: 'ok', value: Number(plain.replace(',', '.')) };
      return { kind: 'invalid', say: t('forms:expect_decimal') };
    },
    show: String,
  };
}

/** A number between two, in steps: 0, 0.5, 1 … */
export function inSteps(t: T, { start, end, step }: { start: number; end: number; step: number }): Kind {
  const any = decimal(t);
  const onStep = (value: number) => Math.abs(Math.round((value - start) / step) * step - (value - start)) < 1e-9;
  const fits = (value: unknown) => typeof value === 'number' && value >= start && value <= end && onStep(value);
  const say = t('forms:expect_step', { min: start, max: end, step });
  return {
    ...any,
    read(message) {
      const read = any.read(message);
      return read.kind === 'ok' && fits(read.value) ? read : { kind: 'invalid', say };
    },
    accepts: fits,
  };
}
