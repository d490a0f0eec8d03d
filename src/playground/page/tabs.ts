import type { Listed } from '../cast.ts';
import type { T } from './client.ts';
import { avatar, h, hidden, icon } from './dom.ts';

type Options = {
  t: T;
  shown(): Listed[];
  active(): number | undefined;
  unread(id: number): number;
  choose(id: number): void;
  onPeople(): void;
};

/** On a phone one chat is in view: the others are a tab away. */
export function createTabs({ t, shown, active, unread, choose, onPeople }: Options) {
  const list = h('div', { class: 'tab-list', role: 'tablist', 'aria-label': t('playground:people') });
  const others = h(
    'button',
    { type: 'button', class: 'round', 'aria-label': t('playground:show_others'), onclick: onPeople },
    icon('plus'),
  );
  const element = h('nav', { class: 'tabs' }, list, others);

  list.addEventListener('keydown', ({ key }) => {
    const step = key === 'ArrowRight' ? 1 : key === 'ArrowLeft' ? -1 : 0;
    const ids = shown().map(({ id }) => id);
    const next = ids[ids.indexOf(active() ?? 0) + step];
    if (step === 0 || next === undefined) return;
    choose(next);
    list.querySelector<HTMLElement>('[aria-selected="true"]')?.focus();
  });

  function draw(): void {
    const focused = list.contains(document.activeElement);
    list.replaceChildren(
      ...shown().map(({ id, name, first, language }) => {
        const selected = id === active();
        const news = selected ? 0 : unread(id);
        return h(
          'button',
          {
            type: 'button',
            role: 'tab',
            'aria-selected': selected ? 'true' : 'false',
            'aria-controls': `person-${id}`,
            tabindex: selected ? 0 : -1,
            onclick: () => choose(id),
          },
          avatar(id, name),
          h('span', { lang: language }, first),
          news > 0 &&
            h('span', { class: 'badge' }, String(news), hidden(` ${t('playground:unread', { count: news })}`)),
        );
      }),
    );
    const selected = list.querySelector<HTMLElement>('[aria-selected="true"]');
    if (focused) selected?.focus();
    selected?.scrollIntoView({ block: 'nearest', inline: 'nearest' });
  }

  return { element, draw };
}
