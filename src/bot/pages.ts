import type { T } from './i18n.ts';
import type { Button } from './view.ts';

/** Items of a list that a message shows at once: more would make it hard to read on a phone. */
export const PAGE_SIZE = 8;

/** A part of a longer list. `page` counts from 0; `first` is the position of the first item, from 0. */
export type Page<Item> = { items: Item[]; page: number; pages: number; first: number };

/** Where the page lies that a button asked for; one that is not there (the list got shorter) becomes the nearest. */
export function pageAt(
  total: number,
  wanted: string | number | undefined,
  size = PAGE_SIZE,
): Omit<Page<never>, 'items'> {
  const pages = Math.max(1, Math.ceil(total / size));
  const page = Math.min(Math.max(Math.trunc(Number(wanted)) || 0, 0), pages - 1);
  return { page, pages, first: page * size };
}

/** That page of a list which is short enough to be there as a whole. */
export function pageOf<Item>(all: Item[], wanted: string | number | undefined, size = PAGE_SIZE): Page<Item> {
  const at = pageAt(all.length, wanted, size);
  return { ...at, items: all.slice(at.first, at.first + size) };
}

/** "Previous" and "Next", as far as there is something to go to. `to` makes the callback_data of a page. */
export function pageButtons(
  t: T,
  { page, pages }: Omit<Page<unknown>, 'items'>,
  to: (page: number) => string,
): Button[] {
  return [
    ...(page > 0 ? [{ text: t('common:previous'), data: to(page - 1) }] : []),
    ...(page < pages - 1 ? [{ text: t('common:next'), data: to(page + 1) }] : []),
  ];
}
