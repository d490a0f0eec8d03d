import { join } from 'node:path';
import { expect, test } from 'vitest';
import type { Message } from 'grammy/types';
import { createI18n } from '../../src/bot/i18n.ts';
import { instantIn, when } from '../../src/forms/kinds/when.ts';

const t = createI18n(join(import.meta.dirname, '../../locales'), {
  languages: ['en'],
  defaultLanguage: 'en',
  fallbacks: {},
}).t('en');
const now = Temporal.Instant.from('2026-03-01T00:00:00Z');
const kind = (zone: string) => when(t, zone, now, String);
const read = (zone: string, text: string) => kind(zone).read({ text } as Message);

test('an hour that the clocks skip is refused in its own sentence', () => {
  expect(read('Europe/Berlin', '2026-03-29 02:30')).toEqual({ kind: 'invalid', say: t('forms:when_gap') });
  expect(read('Asia/Almaty', '2026-03-29 02:30')).toMatchObject({ kind: 'ok' });
});

test('an answer is an instant, and the same time of day in another zone', () => {
  const answer = read('Asia/Almaty', '2026-12-10 14:00') as { value: string };
  expect(String(Temporal.Instant.from(answer.value))).toBe('2026-12-10T09:00:00Z');
  expect(String(instantIn('Asia/Almaty', answer.value))).toBe('2026-12-10T09:00:00Z');
  expect(String(instantIn('Asia/Seoul', answer.value))).toBe('2026-12-10T05:00:00Z');
  expect(String(instantIn('Asia/Seoul', '2026-12-10T09:00:00Z'))).toBe('2026-12-10T09:00:00Z');
});

test('an answer that time has overtaken does not count any more', () => {
  const answer = read('Asia/Almaty', '2026-03-02 14:00') as { value: string };
  expect(kind('Asia/Almaty').accepts!(answer.value)).toBe(true);
  const later = when(t, 'Asia/Almaty', now.add({ hours: 48 }), String);
  expect(later.accepts!(answer.value)).toBe(false);
});
