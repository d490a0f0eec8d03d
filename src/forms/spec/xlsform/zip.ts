import { inflateRawSync } from 'node:zlib';

/** The parts of a ZIP file that matter here (PKWARE APPNOTE, 4.3.12 and 4.3.16). */
const END = { signature: 0x06054b50, size: 22, entries: 10, directory: 16 };
const ENTRY = { signature: 0x02014b50, size: 46, method: 10, packed: 20, unpacked: 24, local: 42 };
/** The lengths of what follows an entry. */
const AFTER = [28, 30, 32];
const LOCAL = { signature: 0x04034b50, size: 30, name: 26, extra: 28 };

/**
 * What is in a ZIP file, unpacked, in bytes; it is unpacked to find out, since a directory can lie, and no further than
 * `most`. Null: no ZIP file, or one whose directory lies: whoever trusts it would reserve what it claims.
 */
export function unpackedSize(zip: Buffer, most: number): number | 'more' | null {
  try {
    let total = 0;
    for (const { data, method, claimed } of entriesOf(zip)) {
      const size = method === 0 ? data.length : inflateRawSync(data, { maxOutputLength: most - total + 1 }).length;
      total += size;
      if (total > most) return 'more';
      if (size !== claimed) return null;
    }
    return total;
  } catch (error) {
    if (error instanceof RangeError && 'code' in error && error.code === 'ERR_BUFFER_TOO_LARGE') return 'more';
    return null;
  }
}

function* entriesOf(zip: Buffer): Generator<{ data: Buffer; method: number; claimed: number }> {
  const end = endOf(zip);
  let at = zip.readUInt32LE(end + END.directory);
  for (let left = zip.readUInt16LE(end + END.entries); left > 0; left--) {
    if (zip.readUInt32LE(at) !== ENTRY.signature) throw new Error('no entry');
    const short = (offset: number) => zip.readUInt16LE(at + offset);
    const long = (offset: number) => zip.readUInt32LE(at + offset);
    const local = long(ENTRY.local);
    if (zip.readUInt32LE(local) !== LOCAL.signature) throw new Error('no file');
    const start = local + LOCAL.size + zip.readUInt16LE(local + LOCAL.name) + zip.readUInt16LE(local + LOCAL.extra);
    const data = zip.subarray(start, start + long(ENTRY.packed));
    yield { data, method: short(ENTRY.method), claimed: long(ENTRY.unpacked) };
    at += AFTER.reduce((size, length) => size + short(length), ENTRY.size);
  }
}

/** It stands last, before a comment of at most 64 KB. */
function endOf(zip: Buffer): number {
  for (let at = zip.length - END.size; at >= Math.max(0, zip.length - END.size - 0xffff); at--)
    if (zip.readUInt32LE(at) === END.signature) return at;
  throw new Error('no end');
}
