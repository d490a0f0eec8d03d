import type { Shown, ShownButton, ShownPoll } from '../chat.ts';
import type { T } from './client.ts';
import { h, hidden, icon } from './dom.ts';
import { rich, type Links } from './rich.ts';

export type Actions = Links & {
  press(message: number, button: ShownButton): void;
  vote(message: number, options: number[]): void;
};

/** A message with what belongs to it. `t`: in the person's language, as their own app would. */
export function messageElement(message: Shown, t: T, actions: Actions): HTMLElement {
  const { id, from, html, time, edited, buttons, picture, file, poll, replyTo } = message;
  return h(
    'article',
    { class: `message ${from}`, 'data-id': id, tabindex: -1 },
    h(
      'div',
      { class: 'bubble' },
      hidden(`${t(from === 'me' ? 'playground:you' : 'playground:bot')}. `),
      replyTo !== undefined && h('blockquote', { class: 'reply' }, replyTo),
      picture && pictureElement(picture, t),
      file && fileElement(file),
      html !== '' && textElement(html, actions),
      poll && pollElement(id, poll, t, actions),
      h('span', { class: 'time' }, edited && `${t('playground:edited')} `, h('time', {}, time)),
    ),
    buttons.length > 0 && keyboardElement(id, buttons, actions),
  );
}

export function deletedElement(id: number, t: T): HTMLElement {
  return h('p', { class: 'deleted', 'data-id': id }, t('playground:deleted'));
}

export function dayElement(day: string): HTMLElement {
  return h('p', { class: 'day' }, h('span', {}, day));
}

function textElement(html: string, actions: Actions): HTMLElement {
  const element = h('div', { class: 'text' });
  element.append(rich(html, actions));
  return element;
}

function pictureElement({ src, width, height }: NonNullable<Shown['picture']>, t: T): HTMLElement {
  const image = h('img', { class: 'picture', src, width, height, alt: t('playground:picture'), loading: 'lazy' });
  // Only its size is known of a picture that nobody has sent here: then there is nothing to show.
  image.addEventListener('error', () => image.replaceWith(h('p', { class: 'no-picture' }, t('playground:picture'))));
  return image;
}

function fileElement({ src, name, size }: NonNullable<Shown['file']>): HTMLElement {
  return h(
    'a',
    { class: 'file', href: src, download: name },
    h('span', { class: 'file-icon' }, icon('file')),
    h('span', { class: 'file-name' }, name || '—', h('span', { class: 'file-size' }, size)),
  );
}

function keyboardElement(message: number, rows: ShownButton[][], actions: Actions): HTMLElement {
  return h(
    'div',
    { class: 'keyboard' },
    ...rows.map((row) =>
      h(
        'div',
        { class: 'row' },
        ...row.map((button) =>
          h(
            'button',
            { type: 'button', class: 'key', onclick: () => actions.press(message, button) },
            h('span', {}, button.text),
            'url' in button && icon('out'),
          ),
        ),
      ),
    ),
  );
}

/** Before the vote its options, after it the results, as in Telegram. */
function pollElement(message: number, poll: ShownPoll, t: T, actions: Actions): HTMLElement {
  const { question, description, total, voted, closed, canRevote } = poll;
  return h(
    'div',
    { class: 'poll', role: 'group', 'aria-label': `${t('playground:poll')}. ${question}` },
    h('p', { class: 'question' }, question),
    description !== '' && h('p', { class: 'note' }, description),
    voted || closed ? results(poll) : ballot(message, poll, t, actions),
    h(
      'p',
      { class: 'note' },
      closed ? `${t('playground:final_results')} · ` : '',
      t('playground:votes', { count: total }),
    ),
    voted &&
      !closed &&
      canRevote &&
      h(
        'button',
        { type: 'button', class: 'link', onclick: () => actions.vote(message, []) },
        t('playground:retract_vote'),
      ),
  );
}

function results({ options, total }: ShownPoll): HTMLElement {
  return h(
    'ul',
    { class: 'results' },
    ...options.map(({ text, votes, mine }) => {
      const percent = total === 0 ? 0 : Math.round((votes / total) * 100);
      return h(
        'li',
        { class: mine ? 'mine' : null },
        h('span', { class: 'percent' }, `${percent}%`),
        h('span', { class: 'option' }, mine ? `✓ ${text}` : text),
        h('progress', { max: 100, value: percent, 'aria-hidden': 'true' }),
      );
    }),
  );
}

function ballot(message: number, { options, multiple }: ShownPoll, t: T, actions: Actions): HTMLElement {
  if (!multiple)
    return h(
      'div',
      { class: 'ballot' },
      ...options.map(({ text }, i) =>
        h('button', { type: 'button', class: 'choice', onclick: () => actions.vote(message, [i]) }, text),
      ),
    );
  const boxes = options.map(() => h('input', { type: 'checkbox' }));
  const chosen = () => boxes.flatMap((box, i) => (box.checked ? [i] : []));
  return h(
    'div',
    { class: 'ballot' },
    ...options.map(({ text }, i) => h('label', { class: 'choice' }, boxes[i], text)),
    h('button', { type: 'button', onclick: () => actions.vote(message, chosen()) }, t('playground:vote')),
  );
}
