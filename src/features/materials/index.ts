import { GrammyError } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html } from '../../bot/html.ts';
import { may } from '../../bot/roles.ts';
import { entry, type Route } from '../../bot/routes.ts';
import { idOf, send, show } from '../../bot/view.ts';
import { outgoing, type Message, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { fileOf } from '../../forms/kinds/file.ts';
import { findEvent } from '../events/store.ts';
import { materialForm, SENT } from './form.ts';
import {
  linkView,
  materialLine,
  materialsView,
  materialView,
  ofEventView,
  ofOneView,
  reallyRemoveView,
} from './messages.ts';
import * as store from './store.ts';

/** Files and links of the events, and the programme's public library. Who may see what: store.ts. */
export function materials(deps: Deps): Feature {
  const { db, clock } = deps;

  const readable = ({ data }: Message, { person, now }: Recipient) =>
    store.findReadableOne(db, Number(data.material), person, now);

  const material: MessageKind = {
    topic: 'materials',
    async render(message, to) {
      const one = await readable(message, to);
      return one ? outgoing(materialView(one, to)) : { drop: 'may not see it any more' };
    },
    async title(message, to) {
      const one = await readable(message, to);
      return one && materialLine(one, to);
    },
  };

  async function open(ctx: PersonCtx, id: number): Promise<void> {
    const one =
      (await store.findReadableOne(db, id, ctx.person, clock.now())) ??
      ((await may(deps, ctx.person, { needs: 'organizer of it', of: store.eventOfMaterial }, [String(id)]))
        ? await store.findMaterial(db, id)
        : null);
    if (!one) return void (await ctx.answerCallbackQuery({ text: ctx.t('materials:not_available'), show_alert: true }));
    try {
      await hand(ctx, one);
    } catch (error) {
      // A file_id is good for the bot that received the file: with another token, or once Telegram lost it, it is not.
      if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
      deps.log.warn({ material: one.id, reason: error.description }, 'Telegram does not have the file of a material');
      await ctx.answerCallbackQuery({ text: ctx.t('materials:file_lost'), show_alert: true });
    }
  }

  async function ofEvent(ctx: PersonCtx, id: number, page?: string): Promise<void> {
    const event = id === 0 ? null : await findEvent(db, id);
    if (id !== 0 && !event) {
      const buttons = [[{ text: ctx.t('common:back'), data: 'organize' }]];
      return show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons });
    }
    await show(ctx, ofEventView(event, await store.findOfEvent(db, event?.id ?? null, page), ctx));
  }

  /** For organizers: a page about one material, whoever may see it. */
  const ofOne = (name: string, view: typeof ofOneView): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    of: store.eventOfMaterial,
    async do(ctx, id) {
      const one = await store.findMaterial(db, idOf(id));
      if (one) return show(ctx, view(one, ctx));
      await ctx.answerCallbackQuery({ text: ctx.t('materials:not_available') });
    },
  });

  return {
    name: 'materials',
    forms: [materialForm(deps, 'material'), materialForm(deps, SENT)],
    messages: { material },
    occasions: [store.phases],
    routes: [
      ...entry('materials', 'person', async (ctx, page) => {
        await show(ctx, materialsView(await store.findReadable(db, ctx.person, clock.now(), page), ctx));
      }),
      { on: 'press', name: 'material', needs: 'person', do: (ctx, id) => open(ctx, idOf(id)) },
      { on: 'press', name: 'add_material', needs: 'organizer of it', do: (ctx, id) => ctx.fill('material', idOf(id)) },
      {
        on: 'press',
        name: 'event_materials',
        needs: 'organizer of it',
        do: (ctx, id, page) => ofEvent(ctx, idOf(id), page),
      },
      ofOne('manage_material', ofOneView),
      ofOne('remove_material', reallyRemoveView),
      {
        on: 'press',
        name: 'delete_material',
        needs: 'organizer of it',
        of: store.eventOfMaterial,
        async do(ctx, id) {
          const one = await store.findMaterial(db, idOf(id));
          const removed = one !== null && (await store.removeMaterial(db, one.id));
          await ctx.answerCallbackQuery({ text: ctx.t(removed ? 'materials:removed' : 'materials:not_available') });
          if (one) await ofEvent(ctx, one.eventId ?? 0);
        },
      },
      ...FILES.map(sentFile),
    ],
  };
}

/** By Telegram's file_id: the file itself never comes to us. */
async function hand(ctx: PersonCtx, one: store.Material): Promise<void> {
  const caption = { caption: one.title };
  switch (one.kind) {
    case 'document':
      return void (await ctx.replyWithDocument(one.fileId!, caption));
    case 'photo':
      return void (await ctx.replyWithPhoto(one.fileId!, caption));
    case 'video':
      return void (await ctx.replyWithVideo(one.fileId!, caption));
    case 'audio':
      return void (await ctx.replyWithAudio(one.fileId!, caption));
    case 'link':
      return void (await send(ctx, linkView(one, ctx)));
  }
}

const FILES = ['message:document', 'message:photo', 'message:video', 'message:audio'] as const;

/** Simply sent, outside of any dialog: which event is it for? */
const sentFile = (name: (typeof FILES)[number]): Route => ({
  on: 'message',
  name,
  needs: 'organizer',
  async do(ctx) {
    const file = ctx.message && fileOf(ctx.message);
    if (!ctx.message || !file) return false;
    await ctx.fill(SENT, ctx.message.message_id, { file });
    return true;
  },
});
