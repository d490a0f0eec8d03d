import type { T } from '../../bot/i18n.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';

/** An answer on a button. `value` is something that can't be typed, e.g. true; `shown` is how it reads in the summary. */
export type Ready = { token: string; label: string; value: Json; shown: string };

/** A question that is answered as its kind says, or with one of some ready answers: keep it, none, no limit. */
export function offering(t: T, kind: Kind, ready: Ready[]): Kind {
  return {
    ...kind,
    options: (current) => [...ready.map(({ token, label }) => ({ token, label })), ...(kind.options?.(current) ?? [])],
    press(pressed, current) {
      const found = ready.find(({ token }) => token === pressed);
      if (found) return { kind: 'ok', value: found.value };
      return kind.press?.(pressed, current) ?? { kind: 'invalid', say: t('forms:expect_choice') };
    },
    accepts: (value) => ready.some((one) => one.value === value) || (kind.accepts?.(value) ?? true),
    show: (value) => ready.find((one) => one.value === value)?.shown ?? kind.show(value),
  };
}
