import type { CountryOf, EventOf } from '../../bot/routes.ts';
import { idOf } from '../../bot/view.ts';

/** Whom a country nominates for an event. It has no row of its own: it is the nominations of the two. */
export type List = { eventId: number; country: string };

const [FIRST, LETTERS] = ['A'.charCodeAt(0), 26];

/**
 * One number for both, as the argument of a button and the subject of a form: both of them are looked at before anybody is let
 * in. The country (ISO 3166, two letters) makes its last part.
 */
export function listId({ eventId, country }: List): number {
  const [first = 0, second = 0] = [...country].map((letter) => letter.charCodeAt(0) - FIRST);
  return eventId * LETTERS ** 2 + first * LETTERS + second;
}

export function listOf(id: number): List {
  const code = id % LETTERS ** 2;
  const country = String.fromCharCode(FIRST + Math.floor(code / LETTERS), FIRST + (code % LETTERS));
  return { eventId: Math.floor(id / LETTERS ** 2), country };
}

export const eventOfList: EventOf = async (_db, [id]) => listOf(idOf(id)).eventId || null;
export const countryOfList: CountryOf = async (_db, [id]) => listOf(idOf(id)).country;
