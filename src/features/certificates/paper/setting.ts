import { runsOf, type Run } from './faces.ts';

/** Of fonts as PDFKit measures them. Points, 1/72 inch. */
export type Measure = (run: Run, size: number) => number;

export type Line = { runs: Run[]; width: number };

/** A text in lines of at most `width`, broken at spaces; a word that is wider is broken where it must. */
export function linesOf(text: string, size: number, width: number, measure: Measure): Line[] {
  const line = (words: string): Line => {
    const runs = runsOf(words);
    return { runs, width: runs.reduce((sum, run) => sum + measure(run, size), 0) };
  };
  const lines: string[] = [];
  for (const word of text.split(' ').flatMap((word) => parts(word, (part) => line(part).width <= width))) {
    const longer = lines.length === 0 ? word : `${lines.at(-1)} ${word}`;
    if (lines.length > 0 && line(longer).width <= width) lines[lines.length - 1] = longer;
    else lines.push(word);
  }
  return balanced(lines, (words) => line(words).width <= width).map(line);
}

function parts(word: string, fits: (part: string) => boolean): string[] {
  if (fits(word)) return [word];
  const characters = [...word];
  const most = characters.findIndex((_, i) => i > 0 && !fits(characters.slice(0, i + 1).join('')));
  if (most < 1) return [word];
  return [characters.slice(0, most).join(''), ...parts(characters.slice(most).join(''), fits)];
}

/** No single word is left over in the last of centred lines: words move down as long as that makes the last two more alike. */
function balanced(lines: string[], fits: (words: string) => boolean): string[] {
  const [above, last] = [lines.at(-2), lines.at(-1)];
  if (above === undefined || last === undefined) return lines;
  const at = above.lastIndexOf(' ');
  if (at < 0) return lines;
  const [shorter, longer] = [above.slice(0, at), `${above.slice(at + 1)} ${last}`];
  if (!fits(longer) || longer.length > shorter.length) return lines;
  return balanced([...lines.slice(0, -2), shorter, longer], fits);
}
