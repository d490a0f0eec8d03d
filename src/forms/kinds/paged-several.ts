import type { T } from '../../bot/i18n.ts';
import { PAGE_SIZE, pageAt } from '../../bot/pages.ts';
import { clip } from '../../bot/view.ts';
import type { Json } from '../../db/schema.ts';
import type { Kind } from '../form.ts';
import { chosen, tokenOf, type Option } from './choice.ts';

/** What is open, kept in place of the answer until there is one. `find`: what was typed to find some of the options. */
type Open = { chosen: string[]; page: number; find: string };

/** `aliases`: what it is called elsewhere, and found by as well. */
type Named = Option & { aliases?: string[] };

const [DONE, ALL] = ['.', '.all'];
/** Characters of an answer in words: hundreds may be ticked, and a message holds 4096. */
const LONGEST = 1000;

/**
 * Several of many, a page of buttons at a time; typing a part of its name finds one. Keys may be of any length, since a
 * button carries a token. `current`: the answer so far. `say`: that nothing was found; and what leads back from
 * what was found.
 */
export function pagedSeveral(
  t: T,
  options: Named[],
  { current, say }: { current: Json | undefined; say: { nothing: string; all: string } },
): Kind {
  const ticked = ({ key }: Option, { chosen }: Open) => chosen.includes(key);
  const known = (value: Json) => options.filter(({ key }) => chosen(value).includes(key));
  const matching = (find: string) =>
    options.filter(({ label, aliases = [] }) => [label, ...aliases].some((name) => fold(name).includes(fold(find))));
  const invalid = { kind: 'invalid', say: t('forms:expect_choice') } as const;
  const again = (open: Open) => ({ kind: 'again', value: open }) as const;
  const done = (open: Open) => {
    const value = options.filter((option) => ticked(option, open)).map(({ key }) => key);
    return value.length > 0 ? ({ kind: 'ok', value } as const) : invalid;
  };
  return {
    options(value) {
      const open = openOf(value);
      const found = matching(open.find);
      const { page, pages, first } = pageAt(found.length, open.page);
      const step = (token: string, label: string) => ({ token, label });
      return [
        ...found
          .slice(first, first + PAGE_SIZE)
          .map((option) => step(tokenOf(option.key), ticked(option, open) ? `✓ ${option.label}` : option.label)),
        ...(page > 0 ? [step(`.${page - 1}`, t('common:previous'))] : []),
        ...(page < pages - 1 ? [step(`.${page + 1}`, t('common:next'))] : []),
        ...(open.find === '' ? [] : [step(ALL, say.all)]),
        step(DONE, t('common:done')),
      ];
    },
    press(token, value) {
      const open = openOf(value);
      if (token === DONE) return done(open);
      if (token === ALL) return again({ ...open, page: 0, find: '' });
      if (token.startsWith('.'))
        return again({ ...open, page: pageAt(matching(open.find).length, token.slice(1)).page });
      const option = options.find(({ key }) => tokenOf(key) === token);
      if (!option) return invalid;
      const others = open.chosen.filter((key) => key !== option.key);
      return again({ ...open, chosen: ticked(option, open) ? others : [...others, option.key] });
    },
    read({ text }) {
      const find = text?.normalize('NFC').trim() ?? '';
      if (find === '') return invalid;
      if (matching(find).length === 0) return { kind: 'invalid', say: say.nothing };
      return again({ ...openOf(current), page: 0, find });
    },
    accepts: (value) => Array.isArray(value) && known(value).length > 0,
    show(value) {
      const labels = known(value).map(({ label }) => label);
      return clip(labels.join(', '), LONGEST) || '—';
    },
  };
}

function openOf(value: Json | undefined): Open {
  if (Array.isArray(value)) return { chosen: chosen(value), page: 0, find: '' };
  return (value as Open | undefined) ?? { chosen: [], page: 0, find: '' };
}

/** The keys that are ticked, also while the question is open. */
export const chosenSoFar = (value: Json | undefined): string[] => openOf(value).chosen;

const fold = (label: string) => label.toLocaleLowerCase();
