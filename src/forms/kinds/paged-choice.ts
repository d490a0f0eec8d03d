import type { T } from '../../bot/i18n.ts';
import { PAGE_SIZE, pageAt } from '../../bot/pages.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';
import { choice, tokenOf, type Option } from './choice.ts';

/** The page that is open, kept in place of the answer until there is one. */
type OpenPage = { page: number };

/** One of many, a page of buttons at a time: a message holds 4096 characters and 100 buttons, and a phone fewer. */
export function pagedChoice(t: T, options: Option[]): Kind {
  const kind = choice(t, options);
  const pageOf = (current: Json | undefined) => {
    const chosen = options.findIndex(({ key }) => key === current);
    const page = chosen < 0 ? (current as OpenPage | undefined)?.page : Math.floor(chosen / PAGE_SIZE);
    return pageAt(options.length, page);
  };
  const step = (page: number, label: string) => ({ token: `.${page}`, label });
  return {
    ...kind,
    options(current) {
      const { page, pages, first } = pageOf(current);
      return [
        ...options.slice(first, first + PAGE_SIZE).map(({ key, label }) => ({ token: tokenOf(key), label })),
        ...(page > 0 ? [step(page - 1, t('common:previous'))] : []),
        ...(page < pages - 1 ? [step(page + 1, t('common:next'))] : []),
      ];
    },
    press(token, current) {
      if (!token.startsWith('.')) return kind.press!(token, current);
      return { kind: 'again', value: { page: pageAt(options.length, token.slice(1)).page } };
    },
    // By its label only: which number stands on which answer depends on the page.
    read: (message) => kind.read(Number.isNaN(Number(message.text)) ? message : { ...message, text: '' }),
  };
}
