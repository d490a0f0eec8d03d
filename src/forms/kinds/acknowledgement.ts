import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';
import { choice } from './choice.ts';

/** A text that was read, or agreed to: one button, which says so. The answer is `OK`, as in ODK. */
export const acknowledgement = (t: T, label: string): Kind => choice(t, [{ key: 'OK', label }]);
