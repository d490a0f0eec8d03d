import type { Listed } from '../cast.ts';
import type { News } from '../stream.ts';
import { createBar } from './bar.ts';
import { createClient } from './client.ts';
import { createColumn, type Column } from './column.ts';
import { h } from './dom.ts';
import { createPeopleDialog, newPersonForm } from './people-dialog.ts';
import { createTabs } from './tabs.ts';

/*
 * The page of the playground. Its address says who is shown and in which language the page is, so a reload, or a link that
 * is passed on, shows the same.
 */

const address = new URLSearchParams(location.search);
const guess = createClient(address.get('lang') ?? navigator.language.slice(0, 2));
const state = await guess.state();
const client = createClient(state.language);
const t = await client.texts(state.language);
document.documentElement.lang = state.language;
document.title = t('playground:title');

const people = new Map(state.people.map((one) => [one.id, one]));
/** How many messages of the bot were in a chat when somebody last looked at it. */
const read = new Map(state.people.map(({ id, received }) => [id, received]));
const columns = new Map<number, Column>();
const narrow = matchMedia('(max-width: 719px)');
let active: number | undefined;
narrow.addEventListener('change', count);

const unread = (id: number) => Math.max(0, (people.get(id)?.received ?? 0) - (read.get(id) ?? 0));
const inView = (id: number) => columns.has(id) && (!narrow.matches || id === active);

const picker = createPeopleDialog({
  state,
  t,
  people: () => [...people.values()],
  isShown: (id) => columns.has(id),
  unread,
  toggle: (id) => (columns.has(id) ? hide(id) : void show(id)),
  arrive,
});
const bar = createBar({ state, client, t, onPeople: picker.open });
const tabs = createTabs({
  t,
  shown: () => [...columns.keys()].map((id) => people.get(id)!),
  active: () => active,
  unread,
  choose: activate,
  onPeople: picker.open,
});
const others = h(
  'aside',
  { class: 'others' },
  h('button', { type: 'button', onclick: picker.open }, t('playground:show_others')),
  newPersonForm(state, t, arrive),
);
const stage = h('main', { class: 'stage' }, others);
const offline = h('p', { class: 'offline', role: 'alert', hidden: true }, t('playground:connection_lost'));
document.body.append(bar.element, tabs.element, offline, stage, picker.element);

const given = (address.get('people') ?? '')
  .split(',')
  .map(Number)
  .filter((id) => people.has(id));
for (const id of given.length > 0 ? given : state.firstView) add(id);
activate(columns.keys().next().value);
await Promise.all([...columns].map(([id, column]) => client.wake(id).then(column.refresh)));
listen();
setInterval(tick, 1000);

function add(id: number): Column | undefined {
  const person = people.get(id);
  if (!person || columns.has(id)) return undefined;
  const column = createColumn(person, {
    client,
    t,
    languages: state.languages,
    bot: state.bot,
    onPerson: update,
    onHide: () => hide(id),
  });
  columns.set(id, column);
  others.before(column.element);
  column.tick(bar.clock.now());
  return column;
}

async function show(id: number): Promise<void> {
  const column = add(id);
  activate(id);
  await client.wake(id);
  await column?.refresh();
  column?.element.scrollIntoView({ block: 'nearest', inline: 'nearest' });
}

function hide(id: number): void {
  columns.get(id)?.element.remove();
  columns.delete(id);
  activate(active !== undefined && columns.has(active) ? active : columns.keys().next().value);
}

async function arrive(language: string): Promise<void> {
  const id = await client.arrive(language);
  const { person } = await client.person(id);
  update(person);
  await show(id);
}

/** On a phone this one is in view; everywhere the address follows. */
function activate(id: number | undefined): void {
  active = id;
  for (const [one, { element }] of columns) element.classList.toggle('active', one === id);
  if (narrow.matches && id !== undefined) columns.get(id)?.reveal();
  const url = new URL(location.href);
  url.searchParams.set('lang', state.language);
  url.searchParams.set('people', [...columns.keys()].join(','));
  history.replaceState(null, '', url);
  count();
}

function update(person: Listed): void {
  people.set(person.id, person);
  count();
}

function count(): void {
  for (const { id, received } of people.values()) if (inView(id)) read.set(id, received);
  const elsewhere = [...people.keys()].filter((id) => !columns.has(id));
  bar.setUnread(elsewhere.reduce((sum, id) => sum + unread(id), 0));
  tabs.draw();
}

function tick(): void {
  for (const column of columns.values()) column.tick(bar.clock.now());
}

function listen(): void {
  const source = client.news();
  source.addEventListener('message', (event: MessageEvent<string>) => hear(JSON.parse(event.data) as News));
  source.addEventListener('error', () => (offline.hidden = false));
  source.addEventListener('open', () => {
    if (offline.hidden) return;
    offline.hidden = true;
    void catchUp();
  });
}

function hear(news: News): void {
  switch (news.kind) {
    case 'clock':
      // The playground was started anew: the chats in this page are not there any more.
      if (news.life !== state.clock.life) return location.reload();
      bar.clock.show(news);
      return tick();
    case 'chats':
      for (const [key, received] of Object.entries(news.received)) {
        const person = people.get(Number(key));
        if (person) people.set(person.id, { ...person, received });
        void columns.get(Number(key))?.refresh();
      }
      return count();
    case 'people':
      return void catchUp();
    case 'start over':
      return location.assign(`/?lang=${state.language}`);
  }
}

/** What was missed while the connection was lost, or who has come. */
async function catchUp(): Promise<void> {
  const { people: now } = await client.state();
  for (const one of now) {
    if (!read.has(one.id)) read.set(one.id, 0);
    people.set(one.id, one);
  }
  count();
  await Promise.all([...columns.values()].map((column) => column.refresh()));
}
