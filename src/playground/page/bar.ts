import type { State } from '../api.ts';
import type { Client, T } from './client.ts';
import { createClockPanel } from './clock-panel.ts';
import { h, hidden, icon } from './dom.ts';

type Options = { state: State; client: Client; t: T; onPeople(): void };

/** The top of the page: the programme, the clock, who is shown, the language of the page, and starting over. */
export function createBar({ state, client, t, onPeople }: Options) {
  const clock = createClockPanel({ state, client, t });
  const badge = h('span', { class: 'badge', hidden: true });
  const people = h('button', { type: 'button', onclick: onPeople }, icon('people'), t('playground:people'), badge);
  const language = h(
    'select',
    { 'aria-label': t('playground:page_language') },
    ...state.languages.map(({ code, name }) =>
      h('option', { value: code, lang: code, selected: code === state.language }, name),
    ),
  );
  language.addEventListener('change', () => {
    const url = new URL(location.href);
    url.searchParams.set('lang', language.value);
    location.assign(url);
  });
  const confirm = startOverDialog(client, t);
  const element = h(
    'header',
    { class: 'bar' },
    h('img', { class: 'mark', src: '/page/icon.svg', alt: '', width: 36, height: 36 }),
    h('div', { class: 'programme' }, h('h1', {}, state.programme.short), h('p', {}, t('playground:playground'))),
    clock.element,
    h(
      'div',
      { class: 'tools' },
      people,
      language,
      h(
        'button',
        { type: 'button', class: 'again', onclick: () => confirm.showModal() },
        icon('again'),
        t('playground:start_over'),
      ),
    ),
    confirm,
  );

  /** How many new messages the people have who are not in view. */
  function setUnread(count: number): void {
    badge.hidden = count === 0;
    badge.replaceChildren(String(count), hidden(` ${t('playground:unread', { count })}`));
  }

  return { element, setUnread, clock };
}

function startOverDialog(client: Client, t: T): HTMLDialogElement {
  const again = h('button', { type: 'button', class: 'danger' }, t('playground:start_over'));
  const cancel = h('button', { type: 'button', autofocus: true }, t('playground:cancel'));
  const dialog = h(
    'dialog',
    { class: 'confirm', 'aria-label': t('playground:start_over') },
    h('h2', {}, t('playground:start_over')),
    h('p', {}, t('playground:start_over_explained')),
    h('div', { class: 'buttons' }, cancel, again),
  );
  cancel.addEventListener('click', () => dialog.close());
  again.addEventListener('click', () => {
    again.disabled = true;
    // The stream of news tells every open page when it is done.
    client.startOver().catch(() => {
      again.disabled = false;
    });
  });
  return dialog;
}
