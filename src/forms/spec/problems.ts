import type { Problem as Unreadable } from './expression.ts';

/** Where something is in an XLSForm. `row`: as Excel counts. Null: the whole file, sheet or row. */
export type Place = { sheet: string | null; row: number | null; column: string | null };

/** What makes a form one that can't be asked. The words are features/forms/messages.ts. */
export type Problem = { where: Place } & (OfFile | OfTable | OfForm);

/** What is left out of a form, or may not be meant, and does not keep it from being asked. */
export type Warning = { where: Place } & (
  | { kind: 'column not used'; name: string }
  | { kind: 'sheet not used'; name: string }
  /** A row that says nothing: a remark, or `disabled`. */
  | { kind: 'row left out' }
  | { kind: 'unknown language'; language: string }
  /** It is shown by its name, or in another language. */
  | { kind: 'no label'; name: string }
  | { kind: 'not translated'; name: string; language: string }
);

type OfFile =
  /** No XLSX: broken, protected by a password, an older XLS, or something else altogether. */
  | { kind: 'not a workbook' }
  /** In bytes, packed or unpacked. */
  | { kind: 'file too big'; most: number }
  /** `of`: what there is too much of. */
  | { kind: 'too many'; of: Countable; most: number };

export type Countable = 'rows' | 'columns' | 'questions' | 'choices' | 'languages' | 'nested groups';

type OfTable =
  | { kind: 'no such sheet'; name: string }
  | { kind: 'no such column'; name: string }
  | { kind: 'duplicate column'; name: string }
  | { kind: 'no type' }
  /** Not one of XLSForm. */
  | { kind: 'unknown type'; type: string }
  /** One of XLSForm that a chat can't ask (a repeat, a barcode …). */
  | { kind: 'type not supported'; type: string }
  /** A cell that asks for something that is not done here, and that the form would be another one without. */
  | { kind: 'column not supported'; name: string }
  | { kind: 'group not closed'; name: string }
  | { kind: 'group not opened' };

/** What check.ts finds, in a form from a file and in one from the chat. */
export type OfForm =
  | { kind: 'no questions' }
  /** With all that it keeps of its file; in characters. */
  | { kind: 'form too big'; most: number }
  /** Where answers are anonymous. */
  | { kind: 'no files here'; name: string }
  | { kind: 'no name' }
  | { kind: 'bad name'; name: string }
  /** Also when it is the name of what an `or_other` asks for. */
  | { kind: 'duplicate name'; name: string }
  | { kind: 'no list' }
  | { kind: 'no such list'; list: string }
  | { kind: 'empty list'; list: string }
  | { kind: 'duplicate choice'; list: string; name: string }
  | { kind: 'filter with other' }
  | { kind: 'bad range' }
  | { kind: 'default does not fit'; value: string }
  /** In characters. */
  | { kind: 'text too long'; length: number; most: number }
  | { kind: 'too many'; of: Countable; most: number }
  | { kind: 'no such question'; name: string }
  /** What a phone would fill in, such as `deviceid`: nothing is known of it here. */
  | { kind: 'never filled in'; name: string }
  | { kind: 'goes round in a circle'; names: string[] }
  | OfExpression;

export type OfExpression =
  | Unreadable
  /** `.` where there is no answer that it could be. */
  | { kind: 'dot means nothing here' }
  /** A name without `${}`, where there are no columns of a list. */
  | { kind: 'bare name'; name: string }
  | { kind: 'no such column in list'; name: string; list: string }
  /** RE2 has no look-ahead and no back references. */
  | { kind: 'pattern not understood'; pattern: string }
  /** Computed, so that nobody can say beforehand whether it is understood. */
  | { kind: 'pattern not fixed' };
