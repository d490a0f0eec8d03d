import type { AskedItem } from '../spec.ts';

/** A cell of the column "type", understood. */
export type RowType =
  | { kind: 'asked'; type: Simple; as?: 'phone' }
  | { kind: 'select'; type: 'select_one' | 'select_multiple'; list: string; orOther: boolean }
  | { kind: 'calculate' }
  | { kind: 'metadata'; what: string }
  | { kind: 'begin'; repeats: boolean }
  | { kind: 'end' }
  /** One of XLSForm that a chat can't ask. */
  | { kind: 'not supported' }
  | { kind: 'unknown' };

type Simple = Exclude<AskedItem['type'], 'select_one' | 'select_multiple'>;

/** With what pyxform takes in their place (pyxform/question_type_dictionary.py). */
const ASKED: Record<Simple, string[]> = {
  text: ['string', 'add text prompt', 'q string'],
  integer: ['int', 'add integer prompt', 'q int'],
  decimal: ['add decimal prompt', 'q decimal'],
  date: ['add date prompt', 'q date'],
  geopoint: ['gps', 'location', 'add location prompt', 'q geopoint', 'q location'],
  file: ['add file prompt'],
  image: ['photo', 'add image prompt', 'add photo prompt', 'q image', 'q picture'],
  acknowledge: ['trigger', 'add acknowledge prompt', 'q acknowledge'],
  range: [],
  note: ['add note prompt', 'q note'],
};

const METADATA: Record<string, string[]> = {
  start: ['start time', 'get start time'],
  end: ['end time', 'get end time'],
  today: ['get today'],
  deviceid: ['imei', 'device id', 'get device id'],
  subscriberid: ['subscriber id', 'get subscriber id'],
  simserial: ['sim id', 'get sim id'],
  phonenumber: ['get phone number'],
  username: [],
  email: [],
  audit: [],
  'start-geopoint': [],
};

const NOT_SUPPORTED =
  /^(?:rank|time|date ?time|q date ?time|geotrace|geoshape|barcode|q barcode|audio|q audio|video|q video|hidden|osm|background[- ](?:audio|geopoint)|(?:csv|xml)[- ]external|select (?:one|multiple)(?: from file| external)|percentage)(?: |$)/;

const SELECT =
  /^(?:add )?select(?:(?<one>[_ ]?one|1)|[_ ]multiple|[_ ]all[_ ]that[_ ]apply)(?:[_ ]prompt)?(?: from| using)?(?: (?<list>(?!or[_ ])\S+))?(?<other> or[_ ]other| or specify other)?$/i;

/** How the text is written does not matter: "select one from", "Begin Group". The name of the list keeps its letters. */
export function readType(cell: string): RowType {
  const text = cell.replaceAll(/\s+/g, ' ').trim();
  const plain = text.toLowerCase().replaceAll('_', ' ');
  const group = /^(begin|end) (group|repeat|lgroup|looped group|loop)( |$)/.exec(plain);
  if (group) return group[1] === 'end' ? { kind: 'end' } : { kind: 'begin', repeats: group[2] !== 'group' };
  if (plain === 'phone number') return { kind: 'asked', type: 'text', as: 'phone' };
  if (plain === 'calculate' || plain === 'q calculate' || plain === 'add calculate prompt')
    return { kind: 'calculate' };
  const asked = nameIn(ASKED, plain);
  if (asked) return { kind: 'asked', type: asked };
  const what = nameIn(METADATA, plain);
  if (what) return { kind: 'metadata', what };
  if (NOT_SUPPORTED.test(plain)) return { kind: 'not supported' };
  return readSelect(text);
}

function readSelect(text: string): RowType {
  const groups = SELECT.exec(text)?.groups;
  if (!groups) return { kind: 'unknown' };
  const { one, list = '', other } = groups;
  // From the answers of a repeat, or from a file.
  if (/[${}]|\.(?:csv|xml|geojson)$/i.test(list)) return { kind: 'not supported' };
  return { kind: 'select', type: one ? 'select_one' : 'select_multiple', list, orOther: other !== undefined };
}

function nameIn<Name extends string>(names: Record<Name, string[]>, plain: string): Name | undefined {
  return (Object.keys(names) as Name[]).find((name) => name === plain || names[name].includes(plain));
}

/** The other way round. */
export function typeOf(item: { type: string; list?: string; orOther?: true; what?: string }): string {
  if (item.type === 'metadata') return item.what ?? '';
  if (item.list === undefined) return item.type;
  return [item.type, item.list, ...(item.orOther ? ['or_other'] : [])].filter(Boolean).join(' ');
}
