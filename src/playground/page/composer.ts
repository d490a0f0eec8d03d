import type { Chat } from '../chat.ts';
import type { T } from './client.ts';
import { h, icon } from './dom.ts';

type Options = {
  /** Resolves with whether it went out. */
  write(text: string): Promise<boolean>;
  attach(file: File): Promise<boolean>;
  press(text: string): Promise<boolean>;
  start(): Promise<boolean>;
};

type Standing = Omit<Chat, 'messages' | 'answers' | 'action'>;

/** Where a person writes: the commands of the bot, a text, a file, and a reply keyboard when the bot has opened one. */
export function createComposer({ write, attach, press, start }: Options) {
  const menuId = `commands-${crypto.randomUUID()}`;
  const menu = h('div', { class: 'menu commands', id: menuId, popover: true });
  const commands = h('button', { type: 'button', class: 'round', popovertarget: menuId }, icon('commands'));
  commands.addEventListener('click', () => placeAbove(menu, commands));
  const input = h('textarea', { rows: 1, maxlength: 4096, enterkeyhint: 'send' });
  const file = h('input', { type: 'file', class: 'hidden', tabindex: -1 });
  const clip = h('button', { type: 'button', class: 'round', onclick: () => file.click() }, icon('attach'));
  const send = h('button', { type: 'submit', class: 'round send' }, icon('send'));
  const form = h('form', { class: 'composer' }, commands, menu, input, file, clip, send);
  const keyboard = h('div', { class: 'reply-keyboard' });
  const restart = h('button', { type: 'button', class: 'wide', onclick: start });
  const element = h('div', { class: 'writing' }, keyboard, form, restart);

  async function submit(): Promise<void> {
    const text = input.value.trim();
    if (text === '') return;
    input.value = '';
    // Refused, by the emulator or because the playground is away: it is written again, unless something else was.
    if (!(await write(text)) && input.value === '') input.value = text;
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault();
    void submit();
  });
  input.addEventListener('keydown', (event) => {
    // While an input method composes a syllable (Korean), Enter belongs to it.
    if (event.key !== 'Enter' || event.shiftKey || event.isComposing) return;
    event.preventDefault();
    void submit();
  });
  file.addEventListener('change', () => {
    const [chosen] = file.files ?? [];
    if (chosen) void attach(chosen);
    file.value = '';
  });

  /** `theirs`: the person's language, for what their app shows; `t`: the page's, for what only a reader of the page needs. */
  function update(chat: Standing, theirs: T, t: T): void {
    input.placeholder = theirs('playground:message');
    for (const [button, key] of [
      [input, 'playground:message'],
      [commands, 'playground:commands'],
      [clip, 'playground:attach'],
      [file, 'playground:attach'],
      [send, 'playground:send'],
    ] as const)
      button.setAttribute('aria-label', theirs(key));
    form.hidden = !chat.started || chat.blocked;
    restart.hidden = !chat.blocked;
    restart.replaceChildren(`${t('playground:blocked')} · ${t('playground:unblock')}`);
    commands.hidden = chat.commands.length === 0;
    menu.replaceChildren(
      ...chat.commands.map(({ command, description }) =>
        h(
          'button',
          { type: 'button', class: 'item', onclick: () => choose(command) },
          `/${command}`,
          h('small', {}, description),
        ),
      ),
    );
    const rows = chat.blocked ? [] : (chat.keyboard ?? []);
    keyboard.replaceChildren(
      ...rows.map((row) =>
        h(
          'div',
          { class: 'row' },
          ...row.map((text) => h('button', { type: 'button', class: 'key', onclick: () => press(text) }, text)),
        ),
      ),
    );
  }

  function choose(command: string): void {
    menu.hidePopover();
    void write(`/${command}`);
    input.focus();
  }

  return { element, update };
}

function placeAbove(popover: HTMLElement, button: HTMLElement): void {
  const { top, left } = button.getBoundingClientRect();
  popover.style.bottom = `${window.innerHeight - top + 4}px`;
  popover.style.left = `${left}px`;
}
