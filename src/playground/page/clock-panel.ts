import type { State } from '../api.ts';
import type { Move } from '../clock.ts';
import type { Client, T } from './client.ts';
import { h, hidden, icon } from './dom.ts';

type Options = { state: State; client: Client; t: T };
type Time = State['clock'];

const MOMENTS = ['week_before', 'day_before', 'hour_before', 'after', 'three_months_after'] as const;

/** The time in the playground, and where it can be moved. */
export function createClockPanel({ state, client, t }: Options) {
  const text = h('span', { class: 'now' });
  const open = h(
    'button',
    { type: 'button', class: 'clock', popovertarget: 'clock' },
    icon('clock'),
    hidden(`${t('playground:clock')}: `),
    text,
  );
  const event = h('select', { id: 'clock-event' });
  const local = h('input', {
    type: 'datetime-local',
    id: 'clock-time',
    required: true,
    min: '2020-01-01T00:00',
    max: '2100-12-31T23:59',
  });
  const back = h('button', { type: 'button', onclick: () => move({ to: 'now' }) }, t('playground:back_to_now'));
  const form = h(
    'form',
    { class: 'exact' },
    h('label', { for: 'clock-time' }, t('playground:date_and_time')),
    local,
    h('button', { type: 'submit' }, t('playground:go')),
    back,
  );
  const later = (by: 'hour' | 'day') =>
    h(
      'button',
      { type: 'button', class: 'later', onclick: () => move({ to: 'later', by }) },
      t(`playground:later_${by}`),
    );
  const moments = h(
    'div',
    { class: 'moments' },
    h('label', { for: 'clock-event' }, t('playground:event')),
    event,
    h(
      'div',
      { class: 'buttons' },
      ...MOMENTS.map((moment) =>
        h(
          'button',
          { type: 'button', onclick: () => move({ to: 'moment', event: Number(event.value), moment }) },
          t(`playground:moment_${moment}`),
        ),
      ),
    ),
  );
  const panel = h(
    'div',
    { class: 'panel', id: 'clock', popover: true, role: 'dialog', 'aria-label': t('playground:move_clock') },
    h('h2', {}, t('playground:move_clock')),
    h('p', { class: 'note' }, t('playground:clock_explained')),
    moments,
    form,
    h('div', { class: 'buttons laters' }, later('hour'), later('day')),
  );
  const element = h(
    'div',
    { class: 'time-controls', role: 'group', 'aria-label': t('playground:clock') },
    open,
    later('hour'),
    later('day'),
    panel,
  );
  form.addEventListener('submit', (submitted) => {
    submitted.preventDefault();
    void move({ to: 'time', local: local.value });
  });

  // An organizer may have published another event since; the one that was chosen stays so.
  panel.addEventListener('beforetoggle', (toggle) => {
    if (toggle.newState !== 'open') return;
    local.value = wallClock(now(), state.zone);
    void client.state().then(({ events }) => offer(events));
  });

  function offer(events: State['events']): void {
    const chosen = event.value;
    event.replaceChildren(...events.map(({ id, title, when }) => h('option', { value: id }, `${title} · ${when}`)));
    if (events.some(({ id }) => String(id) === chosen)) event.value = chosen;
    moments.hidden = events.length === 0;
  }

  /** The bot sends what has come due before this is over. */
  async function move(to: Move): Promise<void> {
    element.setAttribute('aria-busy', 'true');
    try {
      await client.moveClock(to);
      panel.hidePopover();
    } finally {
      element.removeAttribute('aria-busy');
    }
  }

  let epoch = 0;
  let since = 0;

  function show(time: Time): void {
    epoch = time.epoch;
    since = performance.now();
    text.textContent = time.text;
    open.classList.toggle('moved', time.moved);
    back.hidden = !time.moved;
  }

  /** Milliseconds since 1970, in the playground. */
  const now = () => epoch + performance.now() - since;

  offer(state.events);
  show(state.clock);
  return { element, show, now };
}

/** "2026-11-24T12:05", as the control for date and time has it. */
function wallClock(epoch: number, timeZone: string): string {
  // Swedish writes dates the ISO way.
  const text = new Date(epoch).toLocaleString('sv-SE', { timeZone, dateStyle: 'short', timeStyle: 'short' });
  return text.replace(' ', 'T');
}
