import { join } from 'node:path';
import { createI18n } from '../../src/bot/i18n.ts';
import { loadProgramme } from '../../src/programme.ts';

const ROOT = join(import.meta.dirname, '../..');
const i18n = createI18n(join(ROOT, 'locales'), loadProgramme(join(ROOT, 'programme.json')));

/** The texts of a language, for what somebody who does not read English is told. */
export const textsOf = i18n.t;
