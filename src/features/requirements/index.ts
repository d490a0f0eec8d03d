import type { Deps, PersonCtx } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, menu, send, show } from '../../bot/view.ts';
import { outgoing, type Message, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { dropDrafts } from '../../forms/draft.ts';
import { readerOf } from '../events/messages.ts';
import { eventOfRegistration, findEvent, type Event } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { noEventView } from '../organize/messages.ts';
import { refuseForm, requirementForms, valueForm, type Landing } from './forms.ts';
import { documentsAreDue } from './job.ts';
import * as views from './messages.ts';
import * as store from './store.ts';

type How = typeof send | typeof show;

/**
 * What participants have to have before a visit: a passport that is valid long enough, a visa, an insurance. Only how far they
 * are is kept, never a scan; and where a value is unavoidable, it has an early end.
 */
export function requirements(deps: Deps): Feature {
  const { db, clock } = deps;

  const reader = (to: Pick<Recipient, 't' | 'lang' | 'person'>) => readerOf(deps, to);

  async function gone(ctx: PersonCtx, how: How = show): Promise<void> {
    await how(ctx, noEventView(ctx.t));
  }

  async function list(ctx: PersonCtx, event: Event, note?: string, how: How = show): Promise<void> {
    const [rows, all] = [await store.checklist(db, event.id), await store.requirementsOf(db, event.id)];
    await how(ctx, views.requirementsView(event, rows, all, reader(ctx), note));
  }

  async function rowOf(registrationId: number): Promise<{ event: Event; row: store.Row } | null> {
    const eventId = await eventOfRegistration(db, [String(registrationId)]);
    const event = typeof eventId === 'number' ? await findEvent(db, eventId) : null;
    const row = event && (await store.checklist(db, event.id)).find((one) => one.registrationId === registrationId);
    return event && row ? { event, row } : null;
  }

  async function documentsOf(ctx: PersonCtx, registrationId: number, note?: string, how: How = show): Promise<void> {
    const found = await rowOf(registrationId);
    await (found ? how(ctx, views.documentsOfView(found.event, found.row, reader(ctx), note)) : gone(ctx, how));
  }

  async function mine(ctx: PersonCtx, eventId: number, note?: string, how: How = show): Promise<void> {
    const event = await findEvent(db, eventId);
    const seat = event && (await store.findSeat(db, event.id, ctx.person.id, clock.now()));
    if (!seat)
      return void (await how(ctx, { text: html`${ctx.t('requirements:not_for_you')}`, buttons: [[menu(ctx.t)]] }));
    const items = await store.itemsOf(db, event.id, seat.registrationId);
    await how(ctx, views.myDocumentsView(event, items, reader(ctx), note));
  }

  const savedNote = ({ t }: PersonCtx, saved: store.Saved): string => {
    switch (saved) {
      case 'saved':
        return t('changes:saved');
      case 'full':
        return t('requirements:full', { count: store.MOST_REQUIREMENTS });
      case 'gone':
        return t('events:not_found');
    }
  };

  const landing: Landing = {
    async requirements(ctx, eventId, saved) {
      const event = await findEvent(db, eventId);
      await (event ? list(ctx, event, savedNote(ctx, saved), send) : gone(ctx, send));
    },
    refused: (ctx, registrationId, done) =>
      documentsOf(ctx, registrationId, ctx.t(done ? 'requirements:refused_told' : 'seats:not_possible'), send),
    mine: (ctx, eventId, done) => mine(ctx, eventId, ctx.t(done ? 'changes:saved' : 'seats:not_possible'), send),
  };

  /** A press about one event. */
  const onEvent = (name: string, go: (ctx: PersonCtx, event: Event, page?: string) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    async do(ctx, id, page) {
      const event = await findEvent(db, idOf(id));
      await (event ? go(ctx, event, page) : gone(ctx));
    },
  });

  /** A press about one document, of everybody or, with a registration, of one person. */
  const onDocument = (
    name: string,
    go: (ctx: PersonCtx, one: store.Requirement, registrationId: number) => Promise<void>,
  ): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    of: store.eventOfRequirement,
    async do(ctx, id, registrationId) {
      const one = await store.findRequirement(db, idOf(id));
      await (one ? go(ctx, one, idOf(registrationId)) : gone(ctx));
    },
  });

  const deciding = (name: string, state: 'checked' | 'waived'): Route =>
    onDocument(name, async (ctx, { id: requirementId }, registrationId) => {
      const which = { requirementId, registrationId };
      const done = await db.transaction((tx) => store.decide(tx, which, { state, note: null }, clock.now()));
      await (done ? documentsOf(ctx, registrationId) : gone(ctx));
    });

  /** Somebody's own document. */
  const own = (name: string, go: (ctx: PersonCtx, one: store.Requirement) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'person',
    async do(ctx, id) {
      const one = await store.findRequirement(db, idOf(id));
      if (one) return go(ctx, one);
      await show(ctx, { text: html`${ctx.t('requirements:not_for_you')}`, buttons: [[menu(ctx.t)]] });
    },
  });

  const isMine = (ctx: PersonCtx, { id }: store.Requirement) => ({
    requirementId: id,
    personId: ctx.person.id,
    now: clock.now(),
  });

  /** What a message is about, as things stand when it is sent. */
  async function about({ eventId, data }: Message, to: Recipient) {
    const event = eventId === null ? null : await findEvent(db, eventId);
    const seat = event && (await store.findSeat(db, event.id, to.person.id, to.now));
    if (!seat) return { drop: 'participation cancelled' };
    const open = (await store.itemsOf(db, event.id, seat.registrationId)).filter(store.isOpen);
    const { due, requirement } = data;
    const items = open.filter(
      (one) =>
        (due === undefined || Math.floor((one.requirement.dueAt?.epochMilliseconds ?? 0) / 1000) === due) &&
        (requirement === undefined || (one.requirement.id === requirement && one.state?.state === 'refused')),
    );
    return items.length > 0 ? { event, items } : { drop: 'answered' };
  }

  const told = (what: views.Told): MessageKind => ({
    async render(message, to) {
      const found = await about(message, to);
      if (found.drop !== undefined) return { drop: found.drop };
      return outgoing(views.toldView(found.event, found.items, what, reader(to)));
    },
    async title(message, to) {
      const found = await about(message, to);
      return found.drop === undefined ? views.toldLine(found.event, what, to.t) : null;
    },
  });

  /** A file that no dialog waits for, from somebody who is asked for documents. */
  const refuseFile = (name: 'message:photo' | 'message:document'): Route => ({
    on: 'message',
    name,
    needs: 'person',
    async do(ctx) {
      if (!(await store.isAskedForAny(db, ctx.person, clock.now()))) return false;
      await send(ctx, { text: html`${ctx.t('requirements:no_scans')}`, buttons: [[menu(ctx.t)]] });
      return true;
    },
  });

  return {
    name: 'requirements',
    forms: [...requirementForms(deps, landing), refuseForm(deps, landing), valueForm(deps, landing)],
    messages: {
      documents_asked: told('asked'),
      documents_reminder: told('reminder'),
      document_refused: told('refused'),
    },
    occasions: [documentsAreDue],
    routes: [
      onEvent('requirements', (ctx, event) => list(ctx, event)),
      onEvent('add_requirement', (ctx, event) => ctx.fill('add_requirement', event.id)),
      onEvent('checklist', async (ctx, event, page) =>
        show(ctx, views.checklistView(event, await store.checklist(db, event.id), page, reader(ctx))),
      ),
      onDocument('requirement', async (ctx, one) => {
        const event = await findEvent(db, one.eventId);
        await (event ? show(ctx, views.requirementView(event, one, reader(ctx))) : gone(ctx));
      }),
      onDocument('edit_requirement', (ctx, { id }) => ctx.fill('edit_requirement', id)),
      onDocument('really_drop_requirement', (ctx, one) => show(ctx, views.reallyDropView(one, ctx.t))),
      onDocument('drop_requirement', async (ctx, one) => {
        await db.transaction((tx) => store.dropRequirement(tx, one.id));
        const event = await findEvent(db, one.eventId);
        await (event ? list(ctx, event) : gone(ctx));
      }),
      {
        on: 'press',
        name: 'documents_of',
        needs: 'organizer of it',
        of: eventOfRegistration,
        do: (ctx, id) => documentsOf(ctx, idOf(id)),
      },
      onDocument('document', async (ctx, one, registrationId) => {
        const found = await rowOf(registrationId);
        const item = found?.row.items.find(({ requirement }) => requirement.id === one.id);
        await (found && item ? show(ctx, views.documentView(found.event, found.row, item, reader(ctx))) : gone(ctx));
      }),
      deciding('check_document', 'checked'),
      deciding('waive_document', 'waived'),
      onDocument('refuse_document', async (ctx, one, registrationId) => {
        // What was left of another document must not go on in place of this one.
        await dropDrafts(db, ctx.person, ['refuse_document'], registrationId);
        await ctx.fill('refuse_document', registrationId, { requirement: String(one.id) });
      }),
      {
        on: 'press',
        name: 'documents',
        needs: 'person',
        do: (ctx, id) => mine(ctx, idOf(id)),
      },
      own('ready', async (ctx, one) => {
        if (one.asksValue) return ctx.fill('document_value', one.id);
        await db.transaction((tx) => store.markReady(tx, isMine(ctx, one), null));
        await mine(ctx, one.eventId);
      }),
      own('not_ready', async (ctx, one) => {
        await db.transaction((tx) => store.markNotReady(tx, isMine(ctx, one)));
        await mine(ctx, one.eventId);
      }),
      refuseFile('message:photo'),
      refuseFile('message:document'),
    ],
  };
}
