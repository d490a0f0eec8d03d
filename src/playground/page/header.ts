import type { Listed } from '../cast.ts';
import type { T } from './client.ts';
import { avatar, h, icon } from './dom.ts';

type Options = {
  t: T;
  languages: { code: string; name: string }[];
  onHide(): void;
  onBlock(blocked: boolean): void;
};

/** Who somebody is, what time it is where they are, and what can be done with their chat. */
export function createHeader(person: Listed, { t, languages, onHide, onBlock }: Options) {
  const latin = h('p', { class: 'latin', lang: 'en' });
  const role = h('span');
  const language = h('span');
  const typing = h('span', { class: 'typing' });
  const clock = h('time', { class: 'local' });
  const menuId = `menu-${person.id}`;
  const blocking = h('button', { type: 'button', class: 'item', onclick: toggle });
  const menu = h(
    'div',
    { class: 'menu', id: menuId, popover: true },
    blocking,
    h('button', { type: 'button', class: 'item', onclick: onHide }, t('playground:hide_chat')),
  );
  const more = h(
    'button',
    {
      type: 'button',
      class: 'round',
      popovertarget: menuId,
      'aria-label': t('playground:chat_menu', { name: person.name }),
    },
    icon('more'),
  );
  more.addEventListener('click', () => placeBelow(menu, more));
  const element = h(
    'header',
    { class: 'head' },
    avatar(person.id, person.name),
    h(
      'div',
      { class: 'who' },
      h('h2', { lang: person.language }, person.name),
      latin,
      h('p', { class: 'details' }, role, language, clock, typing),
    ),
    more,
    menu,
  );
  let blocked = false;
  let zone = person.zone;
  let epoch = 0;

  function toggle(): void {
    menu.hidePopover();
    onBlock(!blocked);
  }

  function update(now: Listed, chat: { blocked: boolean; typing: string | null }): void {
    zone = now.zone;
    latin.hidden = now.latin === now.name;
    latin.textContent = now.latin;
    role.className = `role ${now.role}`;
    role.textContent = t(`playground:role_${now.role}`);
    language.lang = now.language;
    language.textContent = languages.find(({ code }) => code === now.language)?.name ?? now.language;
    typing.textContent = chat.typing;
    blocking.textContent = t(chat.blocked ? 'playground:unblock' : 'playground:block');
    blocked = chat.blocked;
    tick(epoch);
  }

  /** @param now milliseconds since 1970 */
  function tick(now: number): void {
    epoch = now;
    const format: Intl.DateTimeFormatOptions = { hour: '2-digit', minute: '2-digit', hourCycle: 'h23', timeZone: zone };
    const text = new Date(now).toLocaleTimeString('en-GB', format);
    if (clock.textContent !== text) clock.textContent = text;
  }

  return { element, update, tick };
}

/** A popover lies above the page, wherever it was made: it is put under the button that opens it, inside the window. */
export function placeBelow(popover: HTMLElement, button: HTMLElement): void {
  const { bottom, right } = button.getBoundingClientRect();
  popover.style.top = `${bottom + 4}px`;
  popover.style.right = `${Math.max(8, window.innerWidth - right)}px`;
}
