import type { MessageEntity } from '@grammyjs/types';
import { badRequest } from '../refuse.ts';
import { detect, overlaps } from './detect.ts';
import type { FormattedText } from './scan.ts';

/** Styles may overlap anything: they are cut into pieces where other entities begin and end. */
const styles = ['bold', 'italic', 'underline', 'strikethrough', 'spoiler'] as const;
const isStyle = ({ type }: MessageEntity) => (styles as readonly string[]).includes(type);
const isQuote = ({ type }: MessageEntity) => type === 'blockquote' || type === 'expandable_blockquote';
const isCode = ({ type }: MessageEntity) => type === 'code' || type === 'pre';
/** They mean something even over blanks. */
const hasHiddenData = (entity: MessageEntity) =>
  entity.type === 'text_link' || (entity.type === 'pre' && entity.language !== undefined);
const endOf = ({ offset, length }: MessageEntity) => offset + length;

/**
 * The text and entities as Telegram stores them (TDLib: fix_formatted_text): control characters replaced, blanks at both ends
 * removed, entities checked, untangled, sorted, and links, commands and mentions found. The text may come out empty.
 */
export function normalise(given: FormattedText): FormattedText {
  checkRanges(given);
  const cleaned = clean(given);
  const { text, entities } = trim(
    cleaned.text,
    untangle(cleaned.entities.flatMap((entity) => withoutBlanks(cleaned.text, entity))),
  );
  return {
    text,
    entities: untangle([...entities, ...newlyFound(text, entities)]).flatMap((entity) => withoutBlanks(text, entity)),
  };
}

/** Offsets are UTF-16 code units, inside the text, and never in the middle of a surrogate pair. */
function checkRanges({ text, entities }: FormattedText): void {
  const inPair = (at: number) => /^[\uD800-\uDBFF][\uDC00-\uDFFF]$/.test(text.slice(at - 1, at + 1));
  const bytes = (at: number) => Buffer.byteLength(text.slice(0, at + 1), 'utf8');
  for (const { offset, length } of entities) {
    if (!Number.isInteger(offset) || offset < 0 || offset > 1_000_000) {
      throw badRequest(`receive an entity with incorrect offset ${offset}`);
    }
    if (!Number.isInteger(length) || length < 0 || length > 1_000_000) {
      throw badRequest(`receive an entity with incorrect length ${length}`);
    }
    if (length === 0) continue;
    const end = offset + length;
    if (offset > text.length) throw badRequest(`entity begins after the end of the text at UTF-16 offset ${offset}`);
    const beginning = `entity beginning at UTF-16 offset ${offset}`;
    if (end > text.length) throw badRequest(`${beginning} ends after the end of the text at UTF-16 offset ${end}`);
    if (inPair(offset)) {
      throw badRequest(`entity begins in a middle of a UTF-16 symbol at byte offset ${bytes(offset)}`);
    }
    if (inPair(end)) {
      throw badRequest(`${beginning} ends in a middle of a UTF-16 symbol at byte offset ${bytes(end)}`);
    }
  }
}

const vanishing = /\r|[\u2028-\u202E]|\u0333|\u033F|\u030A/g;

function clean({ text, entities }: FormattedText): FormattedText {
  const kept = (end: number) => text.slice(0, end).replaceAll(vanishing, '').length;
  const moved = entities.map((entity) => {
    const offset = kept(entity.offset);
    return { ...entity, offset, length: kept(endOf(entity)) - offset };
  });
  // oxlint-disable-next-line no-control-regex -- control characters are what this is about
  const cleaned = text.replaceAll(vanishing, '').replaceAll(/[\u0000-\u0009\u000B-\u001F]/g, ' ');
  return { text: cleaned, entities: moved.filter(({ length }) => length > 0) };
}

/** An entity does not begin with blanks, and one of blanks alone is none. */
function withoutBlanks(text: string, entity: MessageEntity): MessageEntity[] {
  if (hasHiddenData(entity)) return [entity];
  const inside = text.slice(entity.offset, endOf(entity));
  const blanks = inside.length - inside.replace(/^[ \n]+/, '').length;
  if (blanks === inside.length) return [];
  return [{ ...entity, offset: entity.offset + blanks, length: entity.length - blanks }];
}

function trim(text: string, entities: MessageEntity[]): FormattedText {
  const end = text.replace(/[ \n]+$/, '').length;
  const first = Math.min(...entities.map(({ offset }) => offset), end);
  const begin = Math.min(text.length - text.replace(/^[ \n]+/, '').length, first);
  const clipped = entities.map((entity) => ({
    ...entity,
    offset: entity.offset - begin,
    length: Math.min(endOf(entity), end) - entity.offset,
  }));
  return { text: text.slice(begin, end), entities: clipped.filter(({ length }) => length > 0) };
}

function newlyFound(text: string, entities: MessageEntity[]): MessageEntity[] {
  const fixed = entities.filter((entity) => !isStyle(entity) && !isQuote(entity));
  return detect(text).filter((entity) => !fixed.some((other) => overlaps(entity, other)));
}

/** What breaks the Bot API's rules for nested entities is dropped or cut, never refused. */
function untangle(entities: MessageEntity[]): MessageEntity[] {
  const sorted = inOrder(entities);
  const quotes = withoutOverlap(sorted.filter((entity) => isQuote(entity)));
  const fixed = withoutOverlap(sorted.filter((entity) => !isQuote(entity) && !isStyle(entity))).filter((entity) =>
    quotes.every(
      (quote) => !overlaps(entity, quote) || (entity.offset >= quote.offset && endOf(entity) <= endOf(quote)),
    ),
  );
  const others = [...quotes, ...fixed];
  const cuts = new Set(others.flatMap((entity) => [entity.offset, endOf(entity)]));
  const pieces = styles.flatMap((type) =>
    merged(sorted.filter((entity) => entity.type === type)).flatMap(({ offset, end }) => {
      const inside = [...cuts].filter((cut) => cut > offset && cut < end).toSorted((a, b) => a - b);
      const bounds = [offset, ...inside, end];
      return bounds.slice(1).map((to, i) => ({ type, offset: bounds[i]!, length: to - bounds[i]! }));
    }),
  );
  const visible = pieces.filter((piece) => !fixed.some((entity) => isCode(entity) && overlaps(piece, entity)));
  return inOrder([...others, ...visible]);
}

function withoutOverlap(sorted: MessageEntity[]): MessageEntity[] {
  const kept: MessageEntity[] = [];
  for (const entity of sorted) if (!kept.some((other) => overlaps(entity, other))) kept.push(entity);
  return kept;
}

function merged(sorted: MessageEntity[]): { offset: number; end: number }[] {
  const spans: { offset: number; end: number }[] = [];
  for (const entity of sorted) {
    const last = spans.at(-1);
    if (last && entity.offset <= last.end) last.end = Math.max(last.end, endOf(entity));
    else spans.push({ offset: entity.offset, end: endOf(entity) });
  }
  return spans;
}

const priority = [
  'blockquote',
  'expandable_blockquote',
  'pre',
  'code',
  'text_link',
  'text_mention',
  '',
  ...styles,
  'custom_emoji',
];

const rank = (type: string) => priority.indexOf(priority.includes(type) ? type : '');

/** By beginning, longer first, then from the outside in. */
function inOrder(entities: MessageEntity[]): MessageEntity[] {
  return entities.toSorted((a, b) => a.offset - b.offset || b.length - a.length || rank(a.type) - rank(b.type));
}
