import { expect, test } from 'vitest';
import { languageFor } from '../../src/features/announcements/languages.ts';
import { readingOrder } from '../../src/programme.ts';
import { programme } from './announcements-support.ts';

test.each([
  ['ru', ['kk', 'ru', 'en'], 'ru'],
  ['hy', ['kk', 'ru', 'en'], 'ru'],
  ['ko', ['kk', 'ru', 'en'], 'en'],
  ['hy', ['kk', 'uz'], 'kk'],
  // Of somebody who came when the programme spoke another language still.
  ['fr', ['kk', 'en'], 'en'],
])('somebody who reads %s, of the texts in %s, gets %s', (language, given, expected) => {
  expect(languageFor(readingOrder(programme, language), given)).toBe(expected);
});
