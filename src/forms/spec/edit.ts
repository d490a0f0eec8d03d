import { everyItem, headerOf, type Choice, type FormSpec, type Item } from './spec.ts';

/** In the place of the item of its name, at the end if there is none. `choices`: what its list becomes. */
export function putItem(spec: FormSpec, item: Item, choices?: { list: string; of: Choice[] }): FormSpec {
  const there = everyItem(spec.items).some(({ name }) => name === item.name);
  const items = there
    ? mapItems(spec.items, (one) => (one.name === item.name ? [item] : [one]))
    : [...spec.items, item];
  return withLanguages({
    ...spec,
    items,
    choices: choices ? { ...spec.choices, [choices.list]: choices.of } : spec.choices,
  });
}

/** Without it, the list that nobody else has, and groups that have nothing else in them. */
export function dropItem(spec: FormSpec, name: string): FormSpec {
  const items = withoutEmpty(mapItems(spec.items, (one) => (one.name === name ? [] : [one])));
  const lists = (all: Item[]) => new Set(everyItem(all).flatMap((item) => ('list' in item ? [item.list] : [])));
  const [before, after] = [lists(spec.items), lists(items)];
  const choices = Object.entries(spec.choices).filter(([list]) => after.has(list) || !before.has(list));
  return { ...spec, items, choices: Object.fromEntries(choices) };
}

/** One place up (-1) or down (1) among its neighbours, in the group that it is in. */
export function moveItem(spec: FormSpec, name: string, by: -1 | 1): FormSpec {
  const moved = (items: Item[]): Item[] => {
    const at = items.findIndex((item) => item.name === name);
    if (at < 0) return items.map((item) => (item.type === 'group' ? { ...item, items: moved(item.items) } : item));
    const other = items[at + by];
    return other === undefined ? items : items.with(at, other).with(at + by, items[at]!);
  };
  return { ...spec, items: moved(spec.items) };
}

function mapItems(items: Item[], change: (item: Item) => Item[]): Item[] {
  return items
    .flatMap(change)
    .map((item) => (item.type === 'group' ? { ...item, items: mapItems(item.items, change) } : item));
}

function withoutEmpty(items: Item[]): Item[] {
  return items.flatMap((item): Item[] => {
    if (item.type !== 'group') return [item];
    const inside = withoutEmpty(item.items);
    return inside.length > 0 ? [{ ...item, items: inside }] : [];
  });
}

/** All languages that something is written in: a file has columns for these. */
function withLanguages(spec: FormSpec): FormSpec {
  const texts = [
    ...everyItem(spec.items).map(({ label }) => label),
    ...Object.values(spec.choices).flatMap((list) => list.map(({ label }) => label)),
  ];
  const used = new Set(texts.flatMap((labels) => Object.keys(labels)).filter((code) => code !== ''));
  const known = spec.languages.map(({ code }) => code);
  const added = [...used].filter((code) => !known.includes(code)).map((code) => ({ code, header: headerOf(code) }));
  return { ...spec, languages: [...spec.languages, ...added] };
}
