import type { Purpose } from './store.ts';

/** What can be made in the chat, with the letter that buttons carry. */
const LETTERS = { registration: 'r', feedback: 'f', survey: 's', action_plan: 'p' } as const;
export type Made = keyof typeof LETTERS;

export const PURPOSES = Object.keys(LETTERS) as Made[];

export const letterOf = (purpose: Purpose): string => LETTERS[purpose];

/** Registration, if a button does not say otherwise. */
export const purposeOf = (letter: string | undefined): Made =>
  PURPOSES.find((purpose) => LETTERS[purpose] === letter) ?? 'registration';
