import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { entry } from '../../bot/routes.ts';
import { formatNumber } from '../../bot/format/quantities.ts';
import { html } from '../../bot/html.ts';
import { idOf, keyboard, send, show } from '../../bot/view.ts';
import type { Audience } from '../../db/schema.ts';
import type { Feature } from '../feature.ts';
import { LONGEST, membersFile, unreachableFile } from './export.ts';
import { segmentForms } from './form.ts';
import { goneView, reallyDeleteView, segmentsView, segmentView, sum, toSegments, unreachableView } from './messages.ts';
import * as store from './store.ts';
import type { Segment } from './store.ts';

/**
 * Audiences that organizers gave a name to. Who is meant: audience.ts. What asks for it: questions.ts, also for an
 * announcement. They belong to the programme: every organizer may use, change and delete each of them.
 */
export function segments(deps: Deps): Feature {
  const { db, clock, programme } = deps;

  const reader = ({ t, lang, person }: PersonCtx) => ({ t, lang, programme, zone: person.zone, now: clock.now() });

  async function list(ctx: PersonCtx, wanted: string | undefined, note?: string): Promise<void> {
    const page = await store.segmentsPage(db, wanted);
    const events = await store.eventsOf(db, ...page.items.map(({ audience }) => audience));
    const unreachable = sum(await store.countAudience(db, store.UNREACHABLE));
    await show(ctx, segmentsView(page, { events, unreachable, note }, reader(ctx)));
  }

  async function open(ctx: PersonCtx, segment: Segment, how: typeof show | typeof send = show): Promise<void> {
    const events = await store.eventsOf(db, segment.audience);
    const groups = await store.countAudience(db, segment.audience);
    await how(ctx, segmentView(segment, { events, groups }, reader(ctx)));
  }

  /** The people of an audience as a file. `title` stands above it; `write` makes it. */
  async function sendList(
    ctx: PersonCtx,
    audience: Audience,
    { title, file, write }: { title: string; file: string; write: typeof membersFile },
  ): Promise<void> {
    const { t, lang } = ctx;
    const refuse = (text: string) => ctx.answerCallbackQuery({ text, show_alert: true });
    if (store.isConfidential(audience)) return void (await refuse(t('segments:confidential')));
    const members = await store.audienceMembers(db, audience, LONGEST + 1);
    if (members.length > LONGEST)
      return void (await refuse(t('segments:too_long', { number: formatNumber(lang, LONGEST) })));
    await ctx.replyWithDocument(new InputFile(await write(members, reader(ctx)), file), {
      caption: html`<b>${title}</b>`.html,
      parse_mode: 'HTML',
      reply_markup: keyboard(toSegments(t)),
    });
  }

  /** A press about one segment, which somebody may have deleted meanwhile. */
  function onSegment(name: string, go: (ctx: PersonCtx, segment: Segment) => Promise<void>): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of all',
      async do(ctx, id) {
        const segment = await store.findSegment(db, idOf(id));
        await (segment ? go(ctx, segment) : show(ctx, goneView(ctx.t)));
      },
    };
  }

  return {
    name: 'segments',
    forms: segmentForms(deps, (ctx, segment) => open(ctx, segment, send)),
    routes: [
      ...entry('segments', 'organizer of all', (ctx, page) => list(ctx, page)),
      { on: 'press', name: 'segment_new', needs: 'organizer of all', do: (ctx) => ctx.fill('segment') },
      onSegment('segment', (ctx, segment) => open(ctx, segment)),
      onSegment('segment_change', (ctx, { id }) => ctx.fill('segment_change', id)),
      onSegment('segment_list', (ctx, { id, name, audience }) =>
        sendList(ctx, audience, { title: name, file: `segment-${id}.xlsx`, write: membersFile }),
      ),
      onSegment('segment_delete', (ctx, segment) => show(ctx, reallyDeleteView(segment, ctx.t))),
      onSegment('segment_delete_now', async (ctx, { id }) => {
        await store.deleteSegment(db, id);
        await list(ctx, undefined, ctx.t('segments:deleted'));
      }),
      {
        on: 'press',
        name: 'unreachable',
        needs: 'organizer of all',
        async do(ctx) {
          await show(ctx, unreachableView(await store.countAudience(db, store.UNREACHABLE), reader(ctx)));
        },
      },
      {
        on: 'press',
        name: 'unreachable_list',
        needs: 'organizer of all',
        do: (ctx) =>
          sendList(ctx, store.UNREACHABLE, {
            title: ctx.t('segments:unreachable'),
            file: 'unreachable.xlsx',
            write: unreachableFile,
          }),
      },
    ],
  };
}
