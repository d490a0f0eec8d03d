import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';

/** What a person types, kept as it is typed apart from surrounding white space. Lengths in characters. */
export function text(t: T, { min = 1, max = 300 }: { min?: number; max?: number } = {}): Kind {
  return {
    read(message) {
      const value = message.text?.normalize('NFC').trim();
      if (value === undefined) return { kind: 'invalid', say: t('forms:expect_text') };
      const length = [...value].length;
      if (length < min) return { kind: 'invalid', say: t('forms:expect_longer', { count: min }) };
      if (length > max) return { kind: 'invalid', say: t('forms:expect_shorter', { count: max, length }) };
      return { kind: 'ok', value };
    },
    show: String,
  };
}

/** An answer that was typed; empty when there is none. */
export function textOf(value: Json | undefined): string {
  return typeof value === 'string' ? value : '';
}
