import type { CellObject } from 'write-excel-file/node';

/**
 * Always a text: "=HYPERLINK(…)", "+1" and "@x" that somebody typed as their name stay what they typed. Nothing is no cell.
 */
export function textCell(value: string | null): CellObject | null {
  return value ? { value: asTyped(value), type: String } : null;
}

/**
 * Two traps on the way to "as typed". Excel reads `_x0041_` in a text as "A", so that underscore is written as `_x005F_`
 * (ECMA-376 part 1, 22.9.2.19). And write-excel-file 4.1.1 looks texts up in a plain object, where "constructor" is found
 * before anybody wrote it, and makes a broken file: such a word gets its first letter written as a code.
 */
function asTyped(value: string): string {
  const text = value.toWellFormed().replaceAll(/_(?=x[\dA-F]{4}_)/gi, '_x005F_');
  if (!(text in {})) return text;
  return `_x${text.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_${text.slice(1)}`;
}
