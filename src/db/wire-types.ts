import type { ClientOptions } from './backend.ts';
import { instantToSql } from './instant.ts';

type Serialize = (value: unknown) => unknown;
type Parse = (text: string) => unknown;

const int8 = 20;
const timestamptz = 1184;
const json = new Set([114, 3802]);
const dates = [1082, 1114, timestamptz];
/** Element type -> array type, from pg_type.dat. Other arrays (enums …) are text: cast them, as drizzle does. */
const arrays = {
  16: 1000, // bool
  17: 1001, // bytea
  20: 1016, // int8
  21: 1005, // int2
  23: 1007, // int4
  25: 1009, // text
  114: 199, // json
  700: 1021, // float4
  701: 1022, // float8
  1042: 1014, // bpchar
  1043: 1015, // varchar
  1082: 1182, // date
  1114: 1115, // timestamp
  1184: 1185, // timestamptz
  1700: 1231, // numeric
  2950: 2951, // uuid
  3802: 3807, // jsonb
};

/**
 * How values cross the wire, in raw SQL as in typed columns: timestamptz is a `Temporal.Instant`, int8 a number (a
 * RangeError beyond 2^53: Telegram's ids have 52 bits), arrays are arrays. drizzle() sets its own date parsers: call
 * this after it.
 */
export function setWireTypes(options: ClientOptions): void {
  const parsers = options.parsers as Record<number, Parse>;
  const serializers = options.serializers as Record<number, Serialize>;

  parsers[timestamptz] = (text) => Temporal.Instant.from(text);
  parsers[int8] = parseInt8;
  for (const type of dates) serializers[type] = serializeDate;
  for (const [key, type] of Object.entries(arrays)) {
    const element = Number(key);
    parsers[type] = (text) => parseArray(text, parsers[element] ?? String);
    serializers[type] = (value) => serializeArray(value, serializers[element] ?? String, json.has(element));
  }
}

function parseInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`${text} does not fit a number: select it as text`);
  return value;
}

function serializeDate(value: unknown): string {
  if (value instanceof Temporal.Instant) return instantToSql(value);
  return value instanceof Date ? value.toISOString() : String(value);
}

/** Postgres's array literal. Strings pass: drizzle builds the literal for its array columns itself. */
function serializeArray(value: unknown, serialize: Serialize, ofJson: boolean): unknown {
  if (!Array.isArray(value)) return value;
  const elements = value.map((item) => {
    if (item === null || item === undefined) return 'NULL';
    if (Array.isArray(item) && !ofJson) return serializeArray(item, serialize, ofJson);
    return `"${String(serialize(item)).replaceAll(/["\\]/g, String.raw`\$&`)}"`;
  });
  return `{${elements.join(',')}}`;
}

/** Reads `{1,NULL,"a \"b\"",{…}}`. */
function parseArray(text: string, parse: Parse): unknown[] {
  const root: unknown[] = [];
  const open = [root];
  // An array that does not start at 1 has its bounds in front: `[0:1]={…}`.
  for (const [token, quoted] of text.slice(text.indexOf('{')).matchAll(/"((?:[^"\\]|\\.)*)"|[{}]|[^{},"]+/gs)) {
    const current = open.at(-1) ?? root;
    if (token === '{') {
      const inner: unknown[] = [];
      current.push(inner);
      open.push(inner);
    } else if (token === '}') open.pop();
    else if (quoted !== undefined) current.push(parse(quoted.replaceAll(/\\(.)/gs, '$1')));
    else current.push(token === 'NULL' ? null : parse(token));
  }
  return root[0] as unknown[];
}
