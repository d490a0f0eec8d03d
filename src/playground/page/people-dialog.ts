import type { State } from '../api.ts';
import type { Listed } from '../cast.ts';
import type { T } from './client.ts';
import { avatar, h, hidden, icon } from './dom.ts';

type Options = {
  state: State;
  t: T;
  people(): Listed[];
  isShown(id: number): boolean;
  unread(id: number): number;
  toggle(id: number): void;
  arrive(language: string): Promise<void>;
};

/** Chooses who is in view, and lets somebody new come. */
export function createPeopleDialog({ state, t, people, isShown, unread, toggle, arrive }: Options) {
  const list = h('ul', { class: 'people' });
  const nobody = h('p', { class: 'note', role: 'status' });
  const search = h('input', {
    type: 'search',
    'aria-label': t('playground:search'),
    placeholder: t('playground:search'),
  });
  const close = h('button', { type: 'button', class: 'round', 'aria-label': t('playground:close') }, icon('close'));
  const dialog = h(
    'dialog',
    { class: 'picker', 'aria-label': t('playground:people') },
    h('header', {}, h('h2', {}, t('playground:people')), close),
    h('p', { class: 'note' }, t('playground:people_explained')),
    search,
    list,
    nobody,
    newPersonForm(state, t, async (language) => {
      dialog.close();
      await arrive(language);
    }),
  );
  close.addEventListener('click', () => dialog.close());
  search.addEventListener('input', draw);

  const languageOf = ({ language }: Listed) => state.languages.find(({ code }) => code === language)?.name ?? language;
  const wordsOf = (one: Listed) =>
    [one.name, one.latin, one.country, one.agency, languageOf(one), t(`playground:role_${one.role}`)]
      .join(' ')
      .toLocaleLowerCase();

  function draw(): void {
    const wanted = search.value.toLocaleLowerCase().split(/\s+/).filter(Boolean);
    const found = people().filter((one) => wanted.every((word) => wordsOf(one).includes(word)));
    const focused = document.activeElement?.getAttribute('data-person');
    list.replaceChildren(...found.map(row));
    nobody.textContent = found.length === 0 ? t('playground:nobody_found') : '';
    if (focused) list.querySelector<HTMLElement>(`[data-person="${focused}"]`)?.focus();
  }

  function row(one: Listed): HTMLElement {
    const news = unread(one.id);
    const choose = () => {
      toggle(one.id);
      draw();
    };
    return h(
      'li',
      {},
      h(
        'button',
        {
          type: 'button',
          class: 'person',
          'data-person': one.id,
          'aria-pressed': isShown(one.id) ? 'true' : 'false',
          onclick: choose,
        },
        avatar(one.id, one.name),
        h(
          'span',
          { class: 'who' },
          h('span', { class: 'name', lang: one.language }, one.name),
          h('span', { class: 'more' }, [one.latin !== one.name && one.latin, one.country].filter(Boolean).join(' · ')),
        ),
        news > 0 && h('span', { class: 'badge' }, String(news), hidden(` ${t('playground:unread', { count: news })}`)),
        h(
          'span',
          { class: 'kind' },
          h('span', { class: `role ${one.role}` }, t(`playground:role_${one.role}`)),
          h('span', { lang: one.language }, languageOf(one)),
        ),
      ),
    );
  }

  return {
    element: dialog,
    open() {
      search.value = '';
      draw();
      dialog.showModal();
      search.focus();
    },
    draw,
  };
}

/** Somebody whom neither the bot nor the programme knows. */
export function newPersonForm(state: State, t: T, add: (language: string) => Promise<void>): HTMLElement {
  const id = `new-person-${crypto.randomUUID()}`;
  const language = h(
    'select',
    { id },
    ...state.languages.map(({ code, name }) =>
      h('option', { value: code, lang: code, selected: code === state.language }, name),
    ),
  );
  const form = h(
    'form',
    { class: 'new-person' },
    h(
      'label',
      { for: id },
      h('strong', {}, t('playground:new_person')),
      h('span', { class: 'note' }, t('playground:new_person_explained')),
    ),
    h(
      'div',
      { class: 'buttons' },
      language,
      h('button', { type: 'submit' }, icon('plus'), t('playground:add_new_person')),
    ),
  );
  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void add(language.value);
  });
  return form;
}
