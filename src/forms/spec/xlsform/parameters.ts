import type { Range } from '../spec.ts';

/** What stands there when a file says nothing (xlsform.org, Range). */
const USUAL: Range = { start: 1, end: 10, step: 1 };

/** "start=1 end=5 step=1", also with commas or semicolons; what else there is (`tick_interval` …) comes back as `rest`. */
export function readRange(parameters: string): { range: Range; rest: string } {
  const pairs = parameters.split(/[\s,;]+/).filter(Boolean);
  const range = { ...USUAL };
  const rest = pairs.filter((pair) => {
    const [, key = '', value = ''] = /^(start|end|step)=(.*)$/i.exec(pair) ?? [];
    if (key === '') return true;
    range[key.toLowerCase() as keyof Range] = value.trim() === '' ? Number.NaN : Number(value);
    return false;
  });
  return { range, rest: rest.join(' ') };
}

export const rangeText = ({ start, end, step }: Range): string => `start=${start} end=${end} step=${step}`;

const KNOWN = ['multiline', 'email', 'phone'] as const;
type As = (typeof KNOWN)[number];

/**
 * What a text is to be stands in its appearance. `multiline` is the standard's; `email` and `phone` are ours: XLSForm has no
 * such questions (its types of these names are what a phone knows of its owner), and its tools pass over an appearance that
 * they don't know, so that the form stays one of theirs. Rejected: to guess it from the constraint.
 */
export function readAppearance(appearance: string): { as?: As; rest: string } {
  const words = appearance.split(/\s+/).filter(Boolean);
  const as = KNOWN.find((one) => words.includes(one));
  return { ...(as && { as }), rest: words.filter((word) => word !== as).join(' ') };
}
