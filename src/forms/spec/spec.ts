import type { Json } from '../../db/schema.ts';
import type { SentFile } from '../kinds/file.ts';

/*
 * A form that organizers made, as data: what XLSForm can say of it and a chat can ask. See xlsform/ for the file,
 * questions.ts for how it is asked.
 */

/** A text by language; `''` is the wording without a language, which a file with one language has. */
export type Texts = Record<string, string>;

export type Choice = {
  /** Names the answer for good: no spaces and no colons, and at most 40 bytes, since it travels in a button. */
  name: string;
  label: Texts;
  /** Further columns, for `choice_filter`. */
  columns?: Record<string, string>;
};

type Described = {
  /** Names the answer for good: `[a-zA-Z_][\w.-]*`, unique in the form. */
  name: string;
  label: Texts;
  hint?: Texts;
  /** Is asked only while this expression holds. */
  relevant?: string;
  /** Columns of the file that mean nothing here, kept so that it can be exported as it came. */
  kept?: Record<string, string>;
};

type Answered = Described & {
  /** True, or the expression that decides it. */
  required?: true | string;
  requiredMessage?: Texts;
  constraint?: string;
  constraintMessage?: Texts;
  /** The answer that stands there before anybody answered. */
  default?: string;
};

export type Range = { start: number; end: number; step: number };

export type AskedItem =
  | (Answered & {
      type: 'text';
      /** What a text is to be: several lines, an address, a number that can be called. */
      as?: 'multiline' | 'email' | 'phone';
    })
  | (Answered & { type: 'integer' | 'decimal' | 'date' | 'geopoint' | 'file' | 'image' | 'acknowledge' })
  | (Answered & { type: 'range'; range: Range })
  | (Answered & {
      type: 'select_one' | 'select_multiple';
      /** The name of the list in `choices`. */
      list: string;
      filter?: string;
      /** One more choice, "Other", and what it is. */
      orOther?: true;
    })
  /** A text to read. */
  | (Described & { type: 'note' });

export type Item =
  | AskedItem
  /** Is not asked, but known to expressions. */
  | (Described & { type: 'calculate'; calculation: string })
  | (Described & { type: 'group'; items: Item[] })
  /** What a phone fills in by itself in ODK (start, deviceid …): kept, and never filled in here. */
  | (Described & { type: 'metadata'; what: string });

export type FormSpec = {
  /** The languages of its texts: as they are called here, and as the file calls them ("English (en)"). */
  languages: { code: string; header: string }[];
  items: Item[];
  choices: Record<string, Choice[]>;
  /** The sheet "settings" (form_title, form_id, version …). */
  settings: Record<string, string>;
};

export const NO_QUESTIONS: FormSpec = { languages: [], items: [], choices: {}, settings: {} };

/** What a file calls a language, where it has not come from one: "Russian (ru)". */
export const headerOf = (code: string): string => {
  const name = new Intl.DisplayNames('en', { type: 'language', fallback: 'none' }).of(code);
  return name ? `${name} (${code})` : code;
};

/** How answers are kept: a date as 2026-11-24, several choices as their names, a place as "latitude longitude" in degrees. */
export type Answer = string | number | string[] | SentFile;

/** Where "Other" is filled in: a question of its own, as pyxform makes it. */
export const otherOf = (name: string): string => `${name}_other`;
export const OTHER = 'other';

/** An item with all that must hold for it to be asked: its own condition and those of the groups around it. */
export type Placed = { item: Exclude<Item, { type: 'group' }>; conditions: string[] };

/** In order, without the groups. */
export function placed(items: Item[], around: string[] = []): Placed[] {
  return items.flatMap((item): Placed[] => {
    const conditions = item.relevant === undefined ? around : [...around, item.relevant];
    return item.type === 'group' ? placed(item.items, conditions) : [{ item, conditions }];
  });
}

/** In order, each group before what is in it. */
export function everyItem(items: Item[]): Item[] {
  return items.flatMap((item) => (item.type === 'group' ? [item, ...everyItem(item.items)] : [item]));
}

export const isAsked = (item: Item): item is AskedItem => !['calculate', 'group', 'metadata'].includes(item.type);

/** What people answer or read, one message each. */
export const askedItems = ({ items }: FormSpec): AskedItem[] => everyItem(items).filter(isAsked);
export const countQuestions = (spec: FormSpec): number => askedItems(spec).length;

export const isText = (value: Json | undefined): value is string => typeof value === 'string';
