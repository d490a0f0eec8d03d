import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, type Button, type View } from '../../bot/view.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage, toOrganize } from './messages.ts';

/** What can be done with an event; each is the press of that name, of this feature or another. */
type Action =
  | 'publish'
  | 'edit_event'
  | 'share'
  | 'participants'
  | 'announce_to'
  | 'attendance'
  | 'add_people'
  | 'export'
  | 'event_nominations'
  | 'selection'
  | 'requirements'
  | 'pipeline'
  | 'admission'
  | 'quotas'
  | 'seats'
  | 'sessions'
  | 'questions'
  | 'event_materials'
  | 'add_material'
  | 'new_poll'
  | 'polls'
  | 'edit_texts'
  | 'move'
  | 'rules'
  | 'deliveries'
  | 'call_off'
  | 'results'
  | 'certificates'
  | 'plans';

/** Pages of their own, since thirty buttons are no page: a phone shows ten of them. */
const PARTS = ['people', 'contents', 'settings', 'results'] as const;
export type Part = (typeof PARTS)[number];
export const partIn = (argument: string | undefined): Part => PARTS.find((part) => part === argument) ?? 'people';

type Standing = { begun: boolean; over: boolean };

function standing({ beginsAt, endsAt }: Event, now: Temporal.Instant): Standing {
  const passed = (at: Temporal.Instant) => Temporal.Instant.compare(at, now) <= 0;
  return { begun: passed(beginsAt), over: passed(endsAt) };
}

/** What the organizer's page of an event offers itself: what is needed most, and the way to the rest. */
export function actions(event: Event, { t, now }: Reader): Button[][] {
  const { id, status } = event;
  const back = [toOrganize(t)];
  const to = (name: Action) => action(t, id, name);
  const part = (name: Part): Button => ({ text: t(`organize:part_${name}`), data: data('manage_part', id, name) });
  switch (status) {
    case 'draft':
      return [
        [to('publish')],
        [to('edit_event'), to('questions')],
        [to('sessions')],
        [to('event_materials'), to('add_material')],
        [part('people')],
        [part('results')],
        back,
      ];
    case 'cancelled':
      return [[to('participants'), to('export')], [to('announce_to')], [to('event_materials'), to('deliveries')], back];
    case 'published':
      return [
        [to('share')],
        [to('participants'), ...(standing(event, now).begun ? [to('attendance')] : [])],
        [to('announce_to')],
        [part('people')],
        [part('contents')],
        [part('results')],
        [part('settings')],
        back,
      ];
  }
}

export function partView(event: Event, part: Part, { t, now }: Reader): View {
  const rows = inPart(event, part, standing(event, now));
  return {
    text: lines(html`<b>${wording(event, t).title}</b>`, html`${t(`organize:part_${part}`)}`),
    buttons: [...rows.map((row) => row.map((name) => action(t, event.id, name))), [toManage(t, event.id)]],
  };
}

function inPart({ status }: Event, part: Part, { begun, over }: Standing): Action[][] {
  const draft = status === 'draft';
  switch (part) {
    case 'people':
      return [
        ...(draft ? [] : [['add_people', 'export'] as Action[]]),
        ['event_nominations', 'selection'],
        ['requirements', ...(draft ? [] : (['pipeline'] as const))],
        begun ? [] : ['admission', 'quotas'],
        draft || over ? [] : ['seats'],
      ];
    case 'contents':
      return [['sessions', 'questions'], ['event_materials', 'add_material'], ['new_poll', 'polls'], ['edit_texts']];
    case 'settings':
      return [over ? [] : ['move'], begun ? [] : ['rules'], ['deliveries'], over ? [] : ['call_off']];
    case 'results':
      return [begun ? ['results'] : [], ['certificates', 'plans'], draft ? [] : ['pipeline']];
  }
}

const action = (t: T, id: number, name: Action): Button => ({ text: t(`organize:to_${name}`), data: data(name, id) });
