import { formatDay } from '../../bot/format/dates.ts';
import { parseDate } from '../../bot/format/parse.ts';
import type { Language, T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';
import { textOf } from './text.ts';

/** A day, kept as 2026-11-24. `example`: how to write it. */
export function date(t: T, lang: Language, example: Temporal.PlainDate): Kind {
  return {
    read({ text = '' }) {
      const parsed = parseDate(text);
      switch (parsed.kind) {
        case 'invalid':
          return { kind: 'invalid', say: t('forms:expect_date', { example: example.toString() }) };
        case 'impossible':
          return { kind: 'invalid', say: t('forms:date_impossible') };
        case 'ok':
          return { kind: 'ok', value: parsed.date.toString() };
      }
    },
    show: (value) => formatDay(lang, Temporal.PlainDate.from(textOf(value))),
  };
}
