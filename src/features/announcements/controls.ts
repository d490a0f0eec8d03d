import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import type { Route } from '../../bot/routes.ts';
import { apart, data, idOf, keyboard, send as sendView, show, type View } from '../../bot/view.ts';
import { owe } from '../../delivery/outbox.ts';
import { isConfidential } from '../segments/store.ts';
import { approve, decline, mayApprove, type Verdict } from './approvals.ts';
import { declinedView, nobodyElseView } from './approval-messages.ts';
import { reallyAgainView, reallyRecallView, reallyStopView } from './confirm-messages.ts';
import { countCopies, recall } from './copies.ts';
import { approveCorrection, dropCorrection, isAsked } from './corrections.ts';
import { discard, follow, send, sendAgain, steer, takeBack } from './decisions.ts';
import { excerpt, goneView, takenBackView } from './messages.ts';
import { sendCorrection, sendPreview, sendReview, sendTexts } from './preview.ts';
import type { Progress } from './progress.ts';
import { recipientsFile, recipientsOf } from './recipients.ts';
import type { Standing } from './standing.ts';
import { findAnnouncement, mayDecide, type Announcement, eventOfAnnouncement } from './store.ts';

type Outcome = Awaited<ReturnType<typeof send>> | Verdict;

export type Controls = ReturnType<typeof createControls>;

/**
 * What organizers press. Whatever came of a press, what is shown then is how the announcement stands. Who may do what is
 * asked of the row, by each press.
 */
export function createControls(deps: Deps, standing: Standing, progress: Progress) {
  const { db, clock, programme } = deps;
  const organizer = ({ person }: PersonCtx) => standing.organizer(person);
  const pressed = (ctx: PersonCtx): number => ctx.callbackQuery!.message!.message_id;

  /** Null: what was not let go yet is its author's own business. */
  async function find(ctx: PersonCtx, id: number): Promise<Announcement | null> {
    const one = await findAnnouncement(db, id);
    return one && (one.confirmedAt !== null || mayDecide(one, organizer(ctx))) ? one : null;
  }

  async function open(ctx: PersonCtx, id: number): Promise<void> {
    const one = await find(ctx, id);
    if (!one) return show(ctx, goneView(ctx.t));
    if (one.state === 'draft') return sendPreview(deps, ctx, one);
    await show(ctx, await standing.view(one, standing.viewer(ctx)));
  }

  async function decided(ctx: PersonCtx, id: number, outcome: Outcome): Promise<void> {
    const { t } = ctx;
    switch (outcome) {
      case 'not yours':
        return void (await ctx.answerCallbackQuery({ text: t('announcements:not_yours'), show_alert: true }));
      case 'own':
        return void (await ctx.answerCallbackQuery({ text: t('announcements:not_own'), show_alert: true }));
      case 'nobody else': {
        const one = await find(ctx, id);
        const { reader } = standing.viewer(ctx);
        if (one) await sendView(ctx, nobodyElseView(reader, one, organizer(ctx).owner));
        return;
      }
      case 'too late':
        await ctx.answerCallbackQuery({ text: t('announcements:too_late') });
        return open(ctx, id);
      case 'nobody':
      case 'done':
        return open(ctx, id);
    }
  }

  /** A press about an announcement that changes nothing. */
  const page = (name: string, go: (ctx: PersonCtx, one: Announcement, more?: string) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    of: eventOfAnnouncement,
    async do(ctx, id, more) {
      const one = await find(ctx, idOf(id));
      await (one ? go(ctx, one, more) : show(ctx, goneView(ctx.t)));
    },
  });

  /** A question before what can't be undone, as long as that is possible. */
  const ask = (name: string, possible: (one: Announcement) => boolean, view: typeof reallyStopView): Route =>
    page(name, async (ctx, one) => {
      if (!mayDecide(one, organizer(ctx))) return decided(ctx, one.id, 'not yours');
      if (!possible(one)) return decided(ctx, one.id, 'too late');
      await sendView(ctx, view(standing.viewer(ctx).reader, one, await countCopies(db, one.id, clock.now())));
    });

  type Take = (ctx: PersonCtx, id: number, more?: string) => Promise<Outcome>;

  /** A press that takes a step. `then`: what follows in other messages. */
  const step = (name: string, take: Take, then: (id: number) => Promise<void> = progress.refresh): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    of: eventOfAnnouncement,
    async do(ctx, argument, more) {
      const id = idOf(argument);
      const outcome = await take(ctx, id, more);
      await decided(ctx, id, outcome);
      if (outcome === 'done') await then(id);
    },
  });

  async function review(ctx: PersonCtx, one: Announcement, revision?: string): Promise<void> {
    if (one.state !== 'approval' || one.revision !== idOf(revision)) return decided(ctx, one.id, 'too late');
    if (!mayApprove(one, organizer(ctx))) return decided(ctx, one.id, 'own');
    await sendReview(deps, ctx, one, await standing.nameOf(one.authorId, ctx.t));
  }

  async function correction(ctx: PersonCtx, one: Announcement, revision?: string): Promise<void> {
    if (!isAsked(one, idOf(revision))) return decided(ctx, one.id, 'too late');
    if (!mayApprove(one, organizer(ctx))) return decided(ctx, one.id, 'own');
    await sendCorrection(deps, ctx, one, await standing.nameOf(one.authorId, ctx.t));
  }

  /** A message of its own to the organizer alone. The same press that comes again sends no second one. */
  async function test(ctx: PersonCtx, { id }: Announcement): Promise<void> {
    const [personId, now] = [ctx.person.id, clock.now()];
    const key = `announcement_test:${id}:${personId}:${ctx.callbackQuery!.id}`;
    await owe(db, [{ personId, kind: 'announcement_test', key, data: { announcement: id }, dueAt: now }], now);
    await ctx.answerCallbackQuery({ text: ctx.t('announcements:test_sent') });
  }

  async function excel(ctx: PersonCtx, one: Announcement): Promise<void> {
    if (isConfidential(one.audience))
      return void (await ctx.answerCallbackQuery({ text: ctx.t('announcements:confidential'), show_alert: true }));
    await ctx.answerCallbackQuery({ text: ctx.t('announcements:excel_comes') });
    const { reader } = standing.viewer(ctx);
    const file = await recipientsFile(await recipientsOf(db, one.id), reader, clock.now());
    const caption = lines(html`<b>${ctx.t('announcements:report_title')}</b>`, excerpt(one, ctx.t));
    await ctx.replyWithDocument(new InputFile(file, `announcement-${one.id}.xlsx`), {
      caption: caption.html,
      parse_mode: 'HTML',
      reply_markup: keyboard([[{ text: ctx.t('announcements:report'), data: apart(data('announcement', one.id)) }]]),
    });
  }

  /** It is a draft again. Who may read it does so at once; others see what became of their press. */
  const gaveBack = (name: string, view: (t: T, one: Announcement) => View, take: Take): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    of: eventOfAnnouncement,
    async do(ctx, argument, more) {
      const id = idOf(argument);
      const was = await findAnnouncement(db, id);
      const outcome = await take(ctx, id, more);
      if (!was || outcome !== 'done') return decided(ctx, id, outcome);
      await show(ctx, view(ctx.t, was));
      await progress.retire(was);
      const one = await find(ctx, id);
      if (one) await sendPreview(deps, ctx, one);
    },
  });

  const going = ({ state }: Announcement) => state === 'sending' || state === 'paused';
  const sent = ({ startedAt, recalledAt }: Announcement) => startedAt !== null && recalledAt === null;
  const over = (one: Announcement) => sent(one) && !going(one);
  const now = () => clock.now();

  const routes: Route[] = [
    {
      on: 'press',
      name: 'announcement',
      needs: 'organizer of it',
      of: eventOfAnnouncement,
      do: (ctx, id) => open(ctx, idOf(id)),
    },
    page('announce_texts', async (ctx, one) => {
      await sendTexts(deps, ctx, one);
      if (one.state !== 'draft') await sendView(ctx, await standing.view(one, standing.viewer(ctx)));
    }),
    page('announce_test', test),
    page('announce_review', review),
    page('announce_correction', correction),
    page('announce_excel', excel),

    step(
      'announce_send',
      (ctx, id) => {
        const how = { now: now(), schedule: null, messageId: pressed(ctx) };
        return db.transaction((tx) => send(tx, id, organizer(ctx), deps, how));
      },
      nothing,
    ),
    step('announce_discard', (ctx, id) => discard(db, id, organizer(ctx)), nothing),
    step(
      'announce_approve',
      (ctx, id, revision) => approve(db, id, idOf(revision), organizer(ctx), programme, now()),
      progress.show,
    ),
    gaveBack('announce_decline', declinedView, (ctx, id, revision) =>
      decline(db, id, idOf(revision), organizer(ctx), now()),
    ),
    gaveBack('announce_back', takenBackView, (ctx, id) => takeBack(db, id, organizer(ctx), now())),

    step('announce_pause', (ctx, id) => steer(db, id, organizer(ctx), 'pause', now())),
    step('announce_resume', (ctx, id) => steer(db, id, organizer(ctx), 'resume', now())),
    ask('announce_stop', going, reallyStopView),
    step('announce_stop_now', (ctx, id) => steer(db, id, organizer(ctx), 'stop', now())),
    step('announce_correction_yes', (ctx, id, revision) =>
      approveCorrection(db, id, idOf(revision), organizer(ctx), now()),
    ),
    step('announce_correction_no', (ctx, id, revision) =>
      dropCorrection(db, id, idOf(revision), organizer(ctx), now()),
    ),
    ask('announce_recall', sent, reallyRecallView),
    step('announce_recall_now', (ctx, id) => recall(db, id, organizer(ctx), now())),

    step('announce_failed', (ctx, id) =>
      sendAgain(db, id, organizer(ctx), 'failed', { now: now(), messageId: pressed(ctx) }),
    ),
    ask('announce_unknown', over, reallyAgainView),
    step('announce_unknown_now', (ctx, id) =>
      sendAgain(db, id, organizer(ctx), 'unknown', { now: now(), messageId: pressed(ctx) }),
    ),
  ];

  /** What a form let go: its last message goes on to show how it stands. */
  async function letGo(ctx: PersonCtx, id: number, outcome: Outcome): Promise<void> {
    await decided(ctx, id, outcome);
    if (outcome === 'done') await follow(db, id, organizer(ctx), pressed(ctx));
  }

  return { letGo, routes };
}

async function nothing(): Promise<void> {}
