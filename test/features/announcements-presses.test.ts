import { Writable } from 'node:stream';
import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { announcement, message } from '../../src/db/schema.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, type World } from '../support/world.ts';
import { draft, makeOrganizer, settle } from './announcements-support.ts';

type State = typeof announcement.$inferSelect.state;

/** What a press on a button makes of each state; everywhere else it changes nothing. */
const STEPS: Record<State, Record<string, State>> = {
  draft: { announce_send: 'scheduled', announce_discard: 'cancelled' },
  approval: { announce_back: 'draft' },
  scheduled: { announce_back: 'draft' },
  sending: { announce_pause: 'paused', announce_stop_now: 'stopped', announce_recall_now: 'stopped' },
  paused: { announce_resume: 'sending', announce_stop_now: 'stopped', announce_recall_now: 'stopped' },
  stopped: { announce_failed: 'sending', announce_unknown_now: 'sending' },
  finished: { announce_failed: 'sending', announce_unknown_now: 'sending' },
  cancelled: {},
};

/** An announcement in this state, with a copy for each end that there is by then. */
async function inState({ db, clock }: World, author: number, reader: number, state: State): Promise<number> {
  const world = { db, clock } as World;
  const id = await draft(world, author);
  const now = clock.now();
  const begun = ['sending', 'paused', 'stopped', 'finished'].includes(state);
  const over = state === 'stopped' || state === 'finished';
  await db
    .update(announcement)
    .set({
      state,
      ...(state !== 'draft' &&
        state !== 'cancelled' && { confirmedBy: author, confirmedAt: now, progressMessageId: 1 }),
      ...(state === 'scheduled' && { startsAt: now.add({ hours: 1 }) }),
      ...(begun && { startsAt: now, startedAt: now }),
      ...(over && { finishedAt: now }),
    })
    .where(eq(announcement.id, id));
  if (!begun) return id;
  const waiting = state === 'sending' ? 'queued' : state === 'paused' ? 'paused' : 'cancelled';
  // Nothing is sent while this test looks.
  const retryAt = now.add({ hours: 24 * 400 });
  await db.insert(message).values(
    (['sent', 'failed', 'unknown', waiting] as const).map((each, i) => ({
      personId: reader,
      kind: 'announcement',
      key: `announcement:${id}:${i}`,
      data: { language: 'en' },
      announcementId: id,
      bulk: true,
      state: each,
      dueAt: now,
      createdAt: now,
      retryAt,
      ...(each === 'sent' && { sentAt: now }),
    })),
  );
  return id;
}

const states = Object.keys(STEPS) as State[];

test.for(states)(
  '%s: each button does its step, or says that it is too late; none breaks',
  { timeout: 60_000 },
  async (state) => {
    const errors: string[] = [];
    const stream = new Writable({ write: (chunk, _, done) => (done(), void errors.push(String(chunk))) });
    const world = await createWorld({}, createLog('error', stream));
    const owner = await world.owner();
    const stranger = await world.arrive('en');
    await makeOrganizer(world, stranger);
    const [reader] = await settle(world, 1);
    const [author, to] = [(await world.row(owner)).id, (await world.row(reader!)).id];
    const verbs = world.app.routes
      .filter(({ on, name }) => on === 'press' && name.startsWith('announce_'))
      .map(({ name }) => name);
    expect(verbs.length).toBeGreaterThan(20);
    for (const verb of verbs) {
      if (verb === 'announce_to' || verb === 'announce_segment') continue;
      const id = await inState(world, author, to, state);
      const before = owner.chat.length;
      const answer = await pressAny(world, owner, `${verb}:${id}:1`);
      const [one] = await world.db.select().from(announcement).where(eq(announcement.id, id));
      expect([verb, one!.state]).toEqual([verb, STEPS[state][verb] ?? state]);
      // Answered where the person looks: by a message that is new or changed, or by a sentence.
      const shown = owner.chat.length > before || owner.chat.some((entry) => entry.message.edit_date !== undefined);
      expect([verb, shown || answer.text !== '']).toEqual([verb, true]);
      // A stranger among the organizers changes nothing, but for a decision that was asked of them.
      const [untouched] = [await inState(world, author, to, state)];
      await pressAny(world, stranger, `${verb}:${untouched}:1`);
      const [still] = await world.db.select().from(announcement).where(eq(announcement.id, untouched));
      const asked = state === 'approval' && { announce_approve: 'scheduled', announce_decline: 'draft' }[verb];
      expect([verb, still!.state]).toEqual([verb, asked || state]);
      expect(errors, verb).toEqual([]);
      await owner.send('/cancel');
      await stranger.send('/cancel');
    }
  },
);
