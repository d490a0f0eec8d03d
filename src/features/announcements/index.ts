import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { isOwner } from '../../bot/roles.ts';
import { entry } from '../../bot/routes.ts';
import { idOf, keyboard, show, type View } from '../../bot/view.ts';
import { outgoing, type MessageKind } from '../../delivery/messages.ts';
import { changedAnnouncement, newAnnouncement } from './form.ts';
import {
  announcementButtons,
  discardedView,
  goneView,
  listView,
  progressView,
  reportView,
  type Reader,
} from './messages.ts';
import { sendPreview } from './preview.ts';
import { createProgress } from './progress.ts';
import { breakdownOf, progressOf } from './report.ts';
import * as store from './store.ts';
import type { Announcement, Organizer } from './store.ts';

/**
 * What an organizer writes to many. Writing it: form.ts. Who gets it: audience.ts. What they decide on: preview.ts.
 * How it goes out: the outbox, which store.ts fills; what is seen of that: progress.ts and report.ts.
 */
export function announcements(deps: Deps): Feature {
  const { db, clock, programme } = deps;
  const progress = createProgress(deps);

  const announcement: MessageKind = {
    topic: 'announcements',
    async render({ announcementId, data }, { t }) {
      const found = await store.findText(db, announcementId!, data.language as string);
      if (!found) return { drop: 'its text is gone' };
      const { text, audience } = found;
      const reply_markup = keyboard(announcementButtons(audience, t));
      // No parse_mode: what the author typed is sent as it was typed, also `<b>`.
      return { method: 'sendMessage', payload: { text: text.body, entities: text.entities, reply_markup } };
    },
    async afterRound(messages) {
      for (const id of new Set(messages.map(({ announcementId }) => announcementId!))) await progress.update(id);
    },
  };

  const report: MessageKind = {
    async render({ data }, { person, t, lang }) {
      const found = await store.findAnnouncement(db, Number(data.announcement));
      if (!found) return { drop: 'the announcement is gone' };
      return outgoing(await reportOf(found, { t, lang, programme, zone: person.zone }));
    },
  };

  async function reportOf(one: Announcement, reader: Reader): Promise<View> {
    return reportView(reader, one, await progressOf(db, one.id, clock.now()), await breakdownOf(db, one.id));
  }

  const readerOf = ({ t, lang, person }: PersonCtx): Reader => ({ t, lang, programme, zone: person.zone });
  const organizer = ({ person }: PersonCtx): Organizer => ({ id: person.id, owner: isOwner(deps, person) });

  async function open(ctx: PersonCtx, id: number): Promise<void> {
    const found = await store.findAnnouncement(db, id);
    // What was not sent is its author's own business.
    const visible = found && (found.confirmedAt !== null || store.mayDecide(found, organizer(ctx)));
    if (!visible) return show(ctx, goneView(ctx.t));
    switch (found.state) {
      case 'draft':
        return sendPreview(deps, ctx, found);
      case 'cancelled':
        return show(ctx, discardedView(ctx, found));
      case 'sending':
        return show(ctx, progressView(ctx, found, await progressOf(db, id, clock.now())));
      case 'finished':
        return show(ctx, await reportOf(found, readerOf(ctx)));
    }
  }

  /** A press on Send or Discard. Whatever came of it, what is shown then is how the announcement stands. */
  async function decided(ctx: PersonCtx, id: number, decision: store.Decision): Promise<void> {
    if (decision === 'not yours')
      return void (await ctx.answerCallbackQuery({ text: ctx.t('announcements:not_yours'), show_alert: true }));
    if (decision === 'decided') await ctx.answerCallbackQuery({ text: ctx.t('announcements:decided') });
    await open(ctx, id);
  }

  return {
    name: 'announcements',
    forms: [newAnnouncement(deps), changedAnnouncement(deps)],
    messages: { announcement, announcement_report: report },
    jobs: [progress.job],
    routes: [
      ...entry('announce', 'organizer', (ctx) => ctx.fill('announcement')),
      {
        on: 'press',
        name: 'announce_to',
        needs: 'organizer',
        do: (ctx, eventId) => ctx.fill('announcement', idOf(eventId)),
      },
      {
        on: 'press',
        name: 'announce_edit',
        needs: 'organizer',
        do: (ctx, id) => ctx.fill('announcement_change', idOf(id)),
      },
      {
        on: 'press',
        name: 'announce_send',
        needs: 'organizer',
        async do(ctx, id) {
          const messageId = ctx.callbackQuery!.message!.message_id;
          const decision = await store.send(db, idOf(id), organizer(ctx), { now: clock.now(), messageId, programme });
          await decided(ctx, idOf(id), decision);
          if (decision === 'done') await progress.followUp(idOf(id));
        },
      },
      {
        on: 'press',
        name: 'announce_discard',
        needs: 'organizer',
        do: async (ctx, id) => decided(ctx, idOf(id), await store.discard(db, idOf(id), organizer(ctx))),
      },
      { on: 'press', name: 'announcement', needs: 'organizer', do: (ctx, id) => open(ctx, idOf(id)) },
      ...entry('announcements', 'organizer', async (ctx, page) => {
        await show(ctx, listView(readerOf(ctx), await store.announcementsPage(db, organizer(ctx), page)));
      }),
    ],
  };
}
