import { randomBytes } from 'node:crypto';

/** Crockford's base 32: no I, L, O and U, so that nobody takes one sign for another. */
const SIGNS = '0123456789ABCDEFGHJKMNPQRSTVWXYZ';
const LENGTH = 16;

/** 80 bits by chance: 16 signs of 5 bits each. */
export function newCode(): string {
  let bits = randomBytes(10).reduce((sum, byte) => (sum << 8n) | BigInt(byte), 0n);
  let code = '';
  for (let i = 0; i < LENGTH; i++, bits >>= 5n) code = SIGNS[Number(bits & 31n)]! + code;
  return code;
}

/** "K7QM-3XRT-9WPA-2DFN", as it is printed. */
export const grouped = (code: string): string => code.match(/.{1,4}/g)?.join('-') ?? code;

/** What somebody typed, as it is stored; whatever it is, it is not longer than a code. */
export function codeIn(typed: string): string {
  const plain = typed
    .slice(0, 64)
    .toUpperCase()
    .replace(/[\s_‐‑–—-]/g, '');
  return plain
    .replace(/O/g, '0')
    .replace(/[IL]/g, '1')
    .slice(0, LENGTH + 1);
}
