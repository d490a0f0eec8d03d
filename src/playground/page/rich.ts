import { h } from './dom.ts';

/** What a link in a message does, when it is not simply a page elsewhere. */
export type Links = {
  /** The payload of a link that starts this bot, else null. */
  payload(url: string): string | null;
  start(payload: string): void;
  send(command: string): void;
};

const FORMATTING = new Set(['B', 'I', 'U', 'S', 'CODE', 'PRE', 'BLOCKQUOTE']);

/**
 * A message's html as nodes. It comes escaped from the emulator; all the same only Telegram's formatting is taken from
 * it, element by element, without attributes, so that nothing else can ever get into the page.
 */
export function rich(html: string, links: Links): DocumentFragment {
  // A document made so runs no scripts and loads nothing.
  const source = new DOMParser().parseFromString(html, 'text/html').body;
  const result = document.createDocumentFragment();
  copyInto(result, source, links);
  return result;
}

function copyInto(target: Node, source: Node, links: Links): void {
  for (const node of source.childNodes) {
    if (node instanceof Text) target.appendChild(document.createTextNode(textAfter(node)));
    if (!(node instanceof HTMLElement)) continue;
    const element = target.appendChild(twin(node, links));
    copyInto(element, node, links);
  }
}

/** A quotation is a paragraph of its own: the line break that ends it makes no empty line. */
function textAfter({ data, previousSibling }: Text): string {
  const block = previousSibling instanceof HTMLElement && ['BLOCKQUOTE', 'PRE'].includes(previousSibling.tagName);
  return block && data.startsWith('\n') ? data.slice(1) : data;
}

function twin(node: HTMLElement, links: Links): HTMLElement {
  const { tagName, textContent: text } = node;
  if (FORMATTING.has(tagName)) return document.createElement(tagName);
  if (tagName === 'A') return link(node.getAttribute('href') ?? '', links);
  if (tagName === 'TG-SPOILER') return h('span', { class: 'spoiler', tabindex: 0 });
  if (node.className === 'tg-command')
    return h('button', { class: 'link', type: 'button', onclick: () => links.send(text) });
  return h('span');
}

function link(url: string, links: Links): HTMLElement {
  const payload = links.payload(url);
  if (payload !== null) return h('button', { class: 'link', type: 'button', onclick: () => links.start(payload) });
  if (!/^(https?:\/\/|mailto:)/i.test(url)) return h('span');
  return h('a', { href: url, target: '_blank', rel: 'noopener noreferrer' });
}
