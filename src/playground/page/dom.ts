type Child = Node | string | null | undefined | false;
type Props = Record<string, string | number | boolean | null | undefined | ((event: never) => unknown)>;

/** An element: `class`, attributes, and listeners as `onclick`. Texts become text, never markup. */
export function h<Tag extends keyof HTMLElementTagNameMap>(
  tag: Tag,
  props: Props = {},
  ...children: Child[]
): HTMLElementTagNameMap[Tag] {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props)) {
    if (typeof value === 'function') element.addEventListener(name.slice(2), value as EventListener);
    else if (value === true) element.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) element.setAttribute(name, String(value));
  }
  element.append(...children.filter((child) => child !== null && child !== undefined && child !== false));
  return element;
}

const ICONS = {
  send: 'M3 20.5 21 12 3 3.5v6.6l11 1.9-11 1.9z',
  attach: 'M8 13.5 14.6 7a3 3 0 0 1 4.3 4.3l-8.1 8.1a5 5 0 0 1-7.1-7.1L12 4',
  commands: 'M15.5 4 8.5 20',
  close: 'M6 6l12 12M18 6 6 18',
  more: 'M12 5.5v.01M12 12v.01M12 18.5v.01',
  people:
    'M9 11.5a3.5 3.5 0 1 0 0-7 3.5 3.5 0 0 0 0 7M2.5 19.5c.4-3.6 3-5.5 6.5-5.5s6.1 1.9 6.5 5.500M16 5a3.5 3.5 0 0 1 0 6.500M18 14.500c2 .7 3.2 2.3 3.5 5',
  clock: 'M12 21a9 9 0 1 0 0-18 9 9 0 0 0 0 18M12 7v5.500l3.5 2',
  plus: 'M12 5v14M5 12h14',
  file: 'M6 3h8l4 4v14H6zM14 3v4h4',
  out: 'M9 6h9v9M18 6 7 17',
  again: 'M4 12a8 8 0 1 0 2.5-5.800M4 4v4.500h4.5',
} as const;

/** Drawn by strokes; says nothing to a screen reader. */
export function icon(name: keyof typeof ICONS): SVGSVGElement {
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 24 24');
  svg.setAttribute('class', `icon icon-${name}`);
  svg.setAttribute('aria-hidden', 'true');
  const path = document.createElementNS('http://www.w3.org/2000/svg', 'path');
  path.setAttribute('d', ICONS[name]);
  svg.append(path);
  return svg;
}

/** For screen readers only. */
export const hidden = (text: string) => h('span', { class: 'hidden' }, text);

/** A picture for somebody without one: the first letters of their names, on one of eight colours. */
export function avatar(id: number, name: string): HTMLElement {
  const letters = name
    .split(' ')
    .slice(0, 2)
    .map((word) => Array.from(word)[0] ?? '');
  return h('span', { class: `avatar colour-${id % 8}`, 'aria-hidden': 'true' }, letters.join(''));
}
