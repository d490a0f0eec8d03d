/** The fonts, by the names of their files, in the order in which they are tried. See fonts/README.md. */
export const FACES = ['noto-serif', 'noto-serif-armenian', 'noto-serif-georgian', 'noto-serif-kr'] as const;
export type Face = (typeof FACES)[number];

/** Characters that each of them has and that print something: from, to. So that nothing has to open fonts to know. */
const HAS: Record<Face, [from: number, to: number][]> = {
  'noto-serif': [
    [0x20, 0x7e],
    [0xa0, 0xac],
    [0xae, 0x24f],
    [0x259, 0x259],
    [0x2b0, 0x2dd],
    [0x300, 0x304],
    [0x306, 0x30c],
    [0x327, 0x328],
    [0x400, 0x52f],
    [0x1e00, 0x1eff],
    [0x2000, 0x200a],
    [0x2010, 0x2027],
    [0x2030, 0x203a],
    [0x20ac, 0x20ac],
    [0x2116, 0x2116],
    [0x2122, 0x2122],
    [0x2212, 0x2212],
  ],
  'noto-serif-armenian': [
    [0x531, 0x556],
    [0x559, 0x58a],
    [0x58d, 0x58f],
  ],
  'noto-serif-georgian': [
    [0x10a0, 0x10c5],
    [0x10d0, 0x10ff],
    [0x1c90, 0x1cba],
    [0x1cbd, 0x1cbf],
  ],
  'noto-serif-kr': [
    [0x3001, 0x3003],
    [0x3008, 0x3011],
    [0x3131, 0x3163],
    [0xac00, 0xd7a3],
  ],
};

/** Where it is printed from; null: no font has it, and it would be a box. */
export function faceOf(character: string): Face | null {
  const code = character.codePointAt(0)!;
  return FACES.find((face) => HAS[face].some(([from, to]) => from <= code && code <= to)) ?? null;
}

/** In the form in which fonts have letters, and in one line. */
const prepared = (text: string) => text.normalize('NFC').replace(/\s+/gu, ' ').trim();

/** The characters of a text that can't be printed, each once. */
export function unprintable(text: string): string[] {
  return [...new Set(prepared(text))].filter((character) => faceOf(character) === null);
}

/** What of a text is printed: an emoji in a title is left out, never a box. */
export function printed(text: string): string {
  return prepared([...prepared(text)].filter((character) => faceOf(character) !== null).join(''));
}

export type Run = { face: Face; text: string };

/** The text in parts of one font each. */
export function runsOf(text: string): Run[] {
  const runs: Run[] = [];
  for (const character of text) {
    const face = faceOf(character);
    if (face === null) continue;
    const last = runs.at(-1);
    if (last?.face === face) last.text += character;
    else runs.push({ face, text: character });
  }
  return runs;
}
