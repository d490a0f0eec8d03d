import { eq } from 'drizzle-orm';
import { expect, test } from 'vitest';
import { message } from '../../src/db/schema.ts';
import { pressAny } from '../support/press.ts';
import { morning, NEW, PLACES, settled, stand, tap, type Place, type Scene } from './announcements-in-hand-support.ts';
import { latest } from './announcements-support.ts';

/*
 * An announcement that waited for the morning comes in a digest: named in a list, or as it is if nothing else is left of
 * what waited. What organizers and readers do while a digest stands at each point of its way, and what is in the chats and
 * in the report after it.
 */

type Step = {
  take(scene: Scene): Promise<unknown>;
  /** Digests that were in hand and go all the same. */
  go?: 2;
  /** What stands then, where the digest was; and after the list's button was pressed. */
  expected: Record<Place, { alone?: string; listed: string; opened?: string }>;
  ends?: 'finished' | 'stopped';
};

const press = ({ world, owner, id }: Scene, verb: string) => pressAny(world, owner, `${verb}:${id}`);
/** On a page of its own. One's own presses come one after another, so not while one is under way. */
const readersPress = async ({ world, readers }: Scene, data: string) => {
  for (const { user, place } of readers) {
    if (place === 'opening') continue;
    await user.send('/settings');
    await pressAny(world, user, data);
  }
};

const CAME = { alone: 'sent old', listed: 'sent list', opened: 'sent list old' };
const UNKNOWN = { alone: 'unknown old', listed: 'unknown list', opened: 'sent list old' };
const OPENED = { listed: 'sent list old', opened: 'sent list old' };
const cancelled = { alone: 'cancelled', listed: 'cancelled' };
const paused = { alone: 'paused', listed: 'paused' };
const later = { alone: 'sent old', listed: 'sent old' };
const corrected = { alone: 'sent new', listed: 'sent list', opened: 'sent list new' };
const recalled = { alone: 'recalled', listed: 'recalled list', opened: 'recalled list' };

const arrived = { sending: CAME, lost: UNKNOWN, settled: CAME, opening: OPENED };

const STEPS: Record<string, Step> = {
  'nothing is done': {
    take: async () => undefined,
    go: 2,
    expected: { ...arrived, queued: CAME, claimed: CAME, refused: CAME },
    ends: 'finished',
  },
  'it is paused': {
    take: (scene) => press(scene, 'announce_pause'),
    expected: { ...arrived, queued: paused, claimed: paused, refused: paused },
  },
  'it is paused and resumed': {
    async take(scene) {
      await press(scene, 'announce_pause');
      await press(scene, 'announce_resume');
    },
    expected: { ...arrived, queued: later, claimed: later, refused: CAME },
    ends: 'finished',
  },
  'it is stopped': {
    take: (scene) => press(scene, 'announce_stop_now'),
    expected: { ...arrived, queued: cancelled, claimed: cancelled, refused: cancelled },
    ends: 'stopped',
  },
  'it is corrected': {
    async take(scene) {
      await press(scene, 'announce_correct');
      await scene.owner.send(NEW);
      await scene.owner.press('Correct it');
    },
    expected: {
      queued: corrected,
      claimed: corrected,
      sending: corrected,
      refused: corrected,
      // Where it is in the chat, nobody knows its number.
      lost: { ...UNKNOWN, opened: 'sent list new' },
      settled: corrected,
      opening: { listed: 'sent list new', opened: 'sent list new' },
    },
    ends: 'finished',
  },
  'it is recalled': {
    take: (scene) => press(scene, 'announce_recall_now'),
    expected: {
      queued: cancelled,
      claimed: cancelled,
      sending: recalled,
      refused: cancelled,
      lost: { ...UNKNOWN, opened: 'unknown list' },
      settled: recalled,
      opening: { listed: 'recalled list', opened: 'recalled list' },
    },
    ends: 'stopped',
  },
  'its readers switch announcements off': {
    take: (scene) => readersPress(scene, 'topic:announcements:0'),
    expected: { ...arrived, queued: cancelled, claimed: cancelled, refused: cancelled },
    ends: 'finished',
  },
  'its readers erase themselves': {
    take: (scene) => readersPress(scene, 'erase_now'),
    expected: {
      queued: cancelled,
      claimed: cancelled,
      // Whoever would hear what became of it is erased.
      sending: { alone: 'unknown old', listed: 'unknown list' },
      refused: { alone: 'unknown', listed: 'unknown' },
      lost: { alone: 'unknown old', listed: 'unknown list' },
      settled: { alone: 'sent old', listed: 'sent list' },
      opening: OPENED,
    },
    ends: 'finished',
  },
};

test.each(Object.entries(STEPS))('%s, wherever the digest is', async (_, { take, go, expected, ends }) => {
  const { go: letGo, ...scene } = await morning(...PLACES);
  const { world, id, readers } = scene;
  await take(scene);
  expect(await letGo()).toBe(go ?? 0);
  const stands = async () => {
    const found: Record<string, Record<string, string>> = {};
    for (const one of readers) (found[one.place] ??= {})[one.listed ? 'listed' : 'alone'] = await stand(scene, one);
    return found;
  };
  const table = (listed: 'listed' | 'opened') =>
    Object.fromEntries(
      PLACES.map((place) => {
        const { alone, ...of } = expected[place];
        return [place, { ...(alone && { alone }), listed: (listed === 'opened' && of.opened) || of.listed }];
      }),
    );
  expect(await stands()).toEqual(table('listed'));
  for (const one of readers) if (expected[one.place].opened && one.listed) await tap(world.app, one);
  await settled(world);
  expect(await stands(), 'opened from the list').toEqual(table('opened'));
  const one = await latest(world);
  expect(one.finishedAt !== null && one.state).toBe(ends ?? false);
  expect(await world.db.$count(message, eq(message.announcementId, id)), 'all are accounted for').toBe(
    readers.length + 1,
  );
});

test.each([
  ['recalled', 'recalled list'],
  ['corrected', 'sent list new'],
])('a part that is opened while the announcement is %s, and lands after the report', async (step, stands) => {
  const { go, ...scene } = await morning('opening');
  const { world, owner, readers } = scene;
  await STEPS[`it is ${step}`]!.take(scene);
  await settled(world);
  expect((await latest(world)).finishedAt).not.toBeNull();
  expect(owner.texts().join()).toContain('Report on the announcement');
  await go();
  expect(await stand(scene, readers[0]!)).toBe(stands);
  expect((await latest(world)).finishedAt).not.toBeNull();
});
