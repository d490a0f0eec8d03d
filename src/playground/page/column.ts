import type { Chat, Shown, ShownButton } from '../chat.ts';
import type { Listed } from '../cast.ts';
import type { Client, T } from './client.ts';
import { createComposer } from './composer.ts';
import { h } from './dom.ts';
import { createHeader } from './header.ts';
import { dayElement, deletedElement, messageElement, type Actions } from './message.ts';

export type Column = {
  element: HTMLElement;
  /** Fetches the chat and shows what has changed. */
  refresh(): Promise<void>;
  tick(epoch: number): void;
  /** It has come into view, and shows the newest messages. */
  reveal(): void;
};

export type ColumnOptions = {
  client: Client;
  /** The page's texts; the chat's own are in the language of the person. */
  t: T;
  languages: { code: string; name: string }[];
  bot: { name: string; link: string };
  onPerson(person: Listed): void;
  onHide(): void;
};

/** Near enough to the end, in pixels, to follow new messages. */
const NEAR = 80;

/** One person's phone: who they are, their chat with the bot, and where they write. */
export function createColumn(person: Listed, options: ColumnOptions): Column {
  const { client, t, bot, onPerson, onHide } = options;
  const { id } = person;
  const log = h('div', { class: 'log', role: 'log', 'aria-live': 'polite', tabindex: 0 });
  const toast = h('div', { class: 'toast', role: 'status' });
  const header = createHeader(person, {
    ...options,
    onHide,
    onBlock: (blocked) => void attempt(client.block(id, blocked)),
  });
  const composer = createComposer({
    write: (text) => attempt(client.write(id, text)),
    attach: (file) => attempt(client.attach(id, file)),
    press: (text) => attempt(client.press(id, { text })),
    start: () => attempt(client.start(id)),
  });
  const phone = h('div', { class: 'phone', lang: person.language }, log, toast, composer.element);
  const element = h(
    'section',
    { class: 'column', id: `person-${id}`, 'aria-label': t('playground:chat_of', { name: person.name }) },
    header.element,
    phone,
  );

  const drawn = new Map<number, { json: string; day: string; element: HTMLElement }>();
  let placed: Element | null = null;
  let answersSeen: number | null = null;
  let fetching: Promise<void> | null = null;
  let again = false;

  /** What fails is said; nothing that was typed is lost by it. */
  async function attempt(call: Promise<unknown>): Promise<boolean> {
    try {
      await call;
      return true;
    } catch {
      notify(t('playground:failed'));
      return false;
    }
  }

  const actions: Actions = {
    payload: (url) => (url.startsWith(bot.link) ? url.slice(bot.link.length) : null),
    start: (payload) => void attempt(client.start(id, payload)),
    send: (command) => void attempt(client.write(id, command)),
    press: (message, button) => void press(message, button),
    vote: (message, chosen) => void attempt(client.vote(id, message, chosen)),
  };

  async function press(message: number, button: ShownButton): Promise<void> {
    if ('data' in button) return void (await attempt(client.press(id, { message, data: button.data })));
    if ('url' in button) {
      const payload = actions.payload(button.url);
      return payload === null ? void window.open(button.url, '_blank', 'noopener,noreferrer') : actions.start(payload);
    }
    if ('copy' in button) {
      await navigator.clipboard.writeText(button.copy);
      notify(t('playground:copied'));
    }
  }

  function notify(text: string): void {
    toast.textContent = text;
    setTimeout(() => {
      if (toast.textContent === text) toast.textContent = '';
    }, 4000);
  }

  function draw({ messages, started, blocked, ...chat }: Chat, theirs: T): void {
    const following = log.scrollHeight - log.scrollTop - log.clientHeight < NEAR;
    const focused = document.activeElement;
    const hadFocus = log.contains(focused) && focused !== log;
    const before = drawn.size;
    log.setAttribute('aria-label', t('playground:chat_of', { name: person.name }));
    log.classList.toggle('empty', !started);
    if (!started) log.replaceChildren(beginning(theirs));
    else drawMessages(messages, theirs);
    composer.update({ started, blocked, ...chat }, theirs, t);
    header.update(person, { blocked, typing: chat.action === 'typing' ? theirs('playground:typing') : null });
    if (following || drawn.size > before) reveal();
    const lost = hadFocus && !log.contains(document.activeElement);
    // Put there by us, and nobody has moved on since: it goes along with what comes next.
    if (lost || (hadFocus && focused === placed && drawn.size > before)) placed = focusOnLast();
  }

  /** A newcomer's empty chat: who the bot is, and one button. */
  function beginning(theirs: T): HTMLElement {
    const start = () => void attempt(client.start(id));
    return h(
      'div',
      { class: 'beginning' },
      h('img', { src: '/page/icon.svg', alt: '', width: 72, height: 72 }),
      h('p', { class: 'bot-name' }, bot.name),
      h('p', { class: 'note', lang: document.documentElement.lang }, t('playground:not_started')),
      h('button', { type: 'button', class: 'start', onclick: start }, theirs('playground:start')),
    );
  }

  function drawMessages(messages: Shown[], theirs: T): void {
    log.querySelector('.beginning')?.remove();
    const ids = new Set(messages.map((message) => message.id));
    for (const [gone, { element }] of drawn) {
      if (ids.has(gone)) continue;
      element.replaceWith(deletedElement(gone, theirs));
      drawn.delete(gone);
    }
    let day = '';
    for (const message of messages) {
      const json = JSON.stringify(message);
      const known = drawn.get(message.id);
      if (!known) {
        if (message.day !== day) log.append(dayElement(message.day));
        const element = log.appendChild(messageElement(message, theirs, actions));
        drawn.set(message.id, { json, day: message.day, element });
      } else if (known.json !== json) {
        const element = messageElement(message, theirs, actions);
        known.element.replaceWith(element);
        drawn.set(message.id, { json, day: message.day, element });
      }
      day = message.day;
    }
  }

  /** The pressed button went away with its message: whoever uses the keyboard goes on at the newest one. */
  function focusOnLast(): Element | null {
    const last = [...log.querySelectorAll<HTMLElement>('.message')].at(-1);
    const target = last?.querySelector<HTMLElement>('.key, .choice') ?? last;
    target?.focus({ preventScroll: true });
    return target ?? null;
  }

  function announce(answers: Chat['answers']): void {
    const fresh = answersSeen === null ? [] : answers.slice(answersSeen);
    answersSeen = answers.length;
    for (const { text, alert } of fresh) {
      if (alert) showAlert(text);
      else notify(text);
    }
  }

  function showAlert(text: string): void {
    const dialog = h('dialog', { class: 'alert', 'aria-label': bot.name });
    const close = h('button', { type: 'button', onclick: () => dialog.close() }, t('playground:close'));
    dialog.append(h('p', { lang: person.language }, text), close);
    dialog.addEventListener('close', () => dialog.remove());
    element.append(dialog);
    dialog.showModal();
  }

  async function load(): Promise<void> {
    const found = await client.person(id);
    person = found.person;
    const theirs = await client.texts(person.language);
    phone.lang = person.language;
    onPerson(person);
    draw(found.chat, theirs);
    announce(found.chat.answers);
  }

  async function refresh(): Promise<void> {
    if (fetching) {
      again = true;
      return fetching;
    }
    fetching = (async () => {
      try {
        do {
          again = false;
          await load();
        } while (again);
      } finally {
        fetching = null;
      }
    })();
    return fetching;
  }

  const reveal = () => (log.scrollTop = log.scrollHeight);
  return { element, refresh, tick: header.tick, reveal };
}
