import { GrammyError, HttpError } from 'grammy';
import type { Deps } from '../../bot/context.ts';
import { payload } from '../../bot/view.ts';
import type { Job } from '../../delivery/planner.ts';
import type { Message } from '../../delivery/messages.ts';
import { catchUp } from './copies.ts';
import { finish, going, takeTurn, tidy } from './finish.ts';
import type { Standing } from './standing.ts';
import { dueToStart, start } from './start.ts';
import { findAnnouncement, type Announcement } from './store.ts';

export type Progress = ReturnType<typeof createProgress>;

/** Starts what is due, notices what is out, and keeps the message up to date in which who pressed Send follows it. */
export function createProgress(
  {
    db,
    clock,
    sendingApi,
    programme,
    config,
    log,
  }: Pick<Deps, 'db' | 'clock' | 'sendingApi' | 'programme' | 'config' | 'log'>,
  standing: Pick<Standing, 'live' | 'viewerOf'>,
) {
  const house = { programme, config };
  /** How those read that go on, so that Telegram is not asked to change what is the same. */
  const looks = new Map<number, string>();

  /** Shows it if it is out; otherwise, at a turn, how far it has got. */
  async function follow(id: number): Promise<void> {
    if (!(await takeTurn(db, id))) return;
    await look(id);
  }

  async function look(id: number): Promise<void> {
    if (await finish(db, id, clock.now())) return show(id);
    await catchUp(db, id, clock.now());
    await show(id, { unlessSame: true });
    // An interim count may reach Telegram after the final one, which somebody else sent: then that is repeated.
    const one = await findAnnouncement(db, id);
    if (one && one.finishedAt !== null) await show(id);
  }

  /** It has just begun, or somebody has decided something. */
  async function refresh(id: number): Promise<void> {
    await finish(db, id, clock.now());
    await show(id);
  }

  async function show(id: number, how = { unlessSame: false }): Promise<void> {
    const one = await findAnnouncement(db, id);
    if (one) await put(one, one, how);
  }

  /** It was taken back, and nothing is followed any more. `was`: as it was before. */
  async function retire(was: Announcement): Promise<void> {
    const one = await findAnnouncement(db, was.id);
    if (one) await put(was, one);
  }

  /** Into the message in which who pressed Send follows it. */
  async function put(
    { confirmedBy, progressMessageId }: Pick<Announcement, 'confirmedBy' | 'progressMessageId'>,
    one: Announcement,
    { unlessSame } = { unlessSame: false },
  ): Promise<void> {
    const viewer = confirmedBy === null ? null : await standing.viewerOf(confirmedBy);
    if (!viewer || progressMessageId === null) return;
    const { text, ...other } = payload(await standing.live(one, viewer));
    const same = looks.get(one.id) === text;
    if (one.finishedAt === null) looks.set(one.id, text);
    else looks.delete(one.id);
    if (same && unlessSame) return;
    try {
      await sendingApi.editMessageText(viewer.chat, progressMessageId, text, other);
    } catch (error) {
      // Unchanged, deleted, not now (429), or Telegram is away: the next one comes soon, and the report comes anyway.
      if (!(error instanceof GrammyError || error instanceof HttpError)) throw error;
    }
  }

  /** After a round of the sender with copies: is it out? */
  async function afterCopies(messages: Message[]): Promise<void> {
    for (const id of new Set(messages.map(({ announcementId }) => announcementId)))
      if (id !== null && (await finish(db, id, clock.now()))) await show(id);
  }

  /** After one with what is done to copies. Whether all is done is looked at only now and then: it costs more. */
  async function afterFollowUps(messages: Message[]): Promise<void> {
    for (const id of new Set(messages.map(({ data }) => Number(data.announcement)))) await follow(id);
  }

  const jobs: Job[] = [
    {
      name: 'start announcements',
      every: 'second',
      async run(now) {
        const started = await Promise.allSettled(
          (await dueToStart(db, now)).map(async (id) => ({ id, came: await start(db, id, house, now) })),
        );
        for (const one of started) {
          // One that can't start must not keep the others from it; it is tried again in a second.
          if (one.status === 'rejected') log.error({ error: one.reason }, 'announcement could not start');
          else if (one.value.came !== 'too late') await refresh(one.value.id);
        }
      },
    },
    {
      name: 'follow announcements',
      every: 'second',
      async run() {
        for (const id of await going(db)) await follow(id);
      },
    },
    {
      name: 'tidy announcements',
      async run() {
        for (const id of await tidy(db)) await look(id);
      },
    },
  ];

  return { refresh, show, retire, afterCopies, afterFollowUps, jobs };
}
