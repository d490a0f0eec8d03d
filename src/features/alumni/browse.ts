import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import type { Job } from '../../delivery/planner.ts';
import { data, idOf, send, show, type Button, type View } from '../../bot/view.ts';
import { countryName, text } from '../../programme.ts';
import { searchForm } from './form.ts';
import { choicesView, directory, goneView, listView } from './messages.ts';
import {
  countByCountry,
  countByExpertise,
  createDirectory,
  findSearch,
  forgetSearches,
  listEntries,
} from './search.ts';

type Handler = (ctx: PersonCtx, ...args: string[]) => Promise<void>;
/** Keeps those out who may not look. */
export type Inside = (go: Handler) => Handler;

/** Lists of people: found by words, of a country, with an expertise. */
export function browsing(deps: Deps, inside: Inside) {
  const { db, programme } = deps;
  const criteria = createDirectory(programme);

  async function foundView({ t, lang, person }: PersonCtx, id: number, page: number): Promise<View> {
    const words = await findSearch(db, id, person);
    if (words === null) return goneView(t, 'list_gone');
    const again: Button = { text: t('alumni:search_again'), data: 'find_alumni' };
    const found = await listEntries(db, criteria.words(words), page);
    return listView(
      found,
      { title: t('alumni:results', { words }), pages: data('found', id), again },
      { t, lang, programme },
    );
  }

  const topics = {
    alumni_from: {
      all: 'directory_countries',
      title: 'alumni:by_country',
      count: countByCountry,
      people: criteria.country,
      label: (code: string, lang: string) => (/^[A-Z]{2}$/.test(code) ? countryName(programme, code, lang) : '—'),
    },
    alumni_for: {
      all: 'directory_expertise',
      title: 'alumni:by_expertise',
      count: countByExpertise,
      people: criteria.expertise,
      label: (tag: string, lang: string) =>
        text(programme, programme.expertise.find(({ key }) => key === tag)?.names ?? {}, lang) || '—',
    },
  } as const;

  /** The choice of a country or a tag, and the people behind each. */
  function topicRoutes(name: keyof typeof topics): Route[] {
    const { all, title, count, people, label } = topics[name];
    return [
      {
        on: 'press',
        name: all,
        needs: 'person',
        do: inside(async (ctx) => {
          const { t, lang } = ctx;
          const counts = await count(db);
          const choices = counts.map(({ key, n }) => ({ label: label(key, lang), n, data: data(name, key, 0) }));
          await show(ctx, choicesView(t(title), choices, { t, lang, programme }));
        }),
      },
      {
        on: 'press',
        name,
        needs: 'person',
        do: inside(async (ctx, key = '', page) => {
          const { t, lang } = ctx;
          const found = await listEntries(db, people(key), pageOf(page));
          const again: Button = { text: t(title), data: all };
          await show(
            ctx,
            listView(found, { title: label(key, lang), pages: data(name, key), again }, { t, lang, programme }),
          );
        }),
      },
    ];
  }

  const routes: Route[] = [
    { on: 'press', name: 'find_alumni', needs: 'person', do: (ctx) => ctx.fill('directory_search') },
    {
      on: 'press',
      name: 'found',
      needs: 'person',
      do: inside(async (ctx, id, page) => show(ctx, await foundView(ctx, idOf(id), pageOf(page)))),
    },
    ...topicRoutes('alumni_from'),
    ...topicRoutes('alumni_for'),
  ];
  const jobs: Job[] = [{ name: 'forget searches', every: 'hour', run: (now) => forgetSearches(db, now) }];
  const forms = [searchForm(deps, async (ctx, id) => void (await send(ctx, await foundView(ctx, id, 0))))];
  return { routes, jobs, forms };
}

/** The list that somebody's page was opened from; what follows the id in `alumna:<id>:found:12:0`. */
export function backToList(list: string[], { t }: PersonCtx): Button {
  const known = ['found', 'alumni_from', 'alumni_for'].includes(list[0] ?? '');
  return known ? { text: t('alumni:back_to_list'), data: data(list[0]!, ...list.slice(1)) } : directory(t);
}

const pageOf = (text = '') => (/^\d{1,5}$/.test(text) ? Number(text) : 0);
