import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto';

/**
 * Proves that Bilim itself made a link: 22 letters of base64url (128 bits) that only who has the bot's token can work out for
 * `what`. Nothing is stored, so a link can be shown again, and a copy of the database gives none away. A new token makes
 * all of them void. `purpose` keeps what is signed for one thing from being of use for another.
 */
export type Sign = (purpose: string, what: string) => string;

export function createSign(token: string): Sign {
  const key = Buffer.from(hkdfSync('sha256', token, '', 'bilim links', 32));
  return (purpose, what) =>
    createHmac('sha256', key).update(`${purpose}:${what}`).digest().subarray(0, 16).toString('base64url');
}

/** In constant time, so that a secret can't be guessed letter by letter. */
export function equal(a: string, b: string): boolean {
  const [left, right] = [Buffer.from(a), Buffer.from(b)];
  return left.length === right.length && timingSafeEqual(left, right);
}
