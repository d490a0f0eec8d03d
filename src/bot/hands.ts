import type { Deps } from './context.ts';
import { FIRST_PERSON, type Inbox, type Taken } from './inbox.ts';
import { TRIES, type End, type Tries } from './tries.ts';

/** Updates that are handled at the same time, each of another person. */
const CONCURRENCY = 100;
/** People who are looked at in one turn when it is not known who has something waiting. */
const LOOK_AT = 200;
/** What has been in hand for so long does not end the process any more. */
const HARMLESS_MS = 1000;
/** How long a process has lived before it takes up what may have ended two: by then its own start has nothing to do with it. */
const SETTLED_MS = 10_000;

type Options = {
  stopped: AbortSignal;
  settledMs?: number | undefined;
  /** Called after each update that was handled. */
  afterwards(taken: Taken): void;
};

export type Hands = ReturnType<typeof createHands>;

/**
 * What this process has in hand: at the most one update of each person, so who sends thousands only makes their own queue
 * longer, and that in the database.
 *
 * An update that was in hand when its process died is suspected, and so are its neighbours: one of them may have ended it.
 * They are tried one by one, with nothing else in hand that may yet do harm: if the process dies again, it was this one. The
 * third try, the last, waits until the process has lived for a while. So whoever ends processes at any moments would have
 * to hit the second after such a try began, three times: a restart makes no innocent update a dead letter.
 */
export function createHands({ log }: Pick<Deps, 'log'>, inbox: Inbox, tries: Tries, options: Options) {
  const { stopped, settledMs = SETTLED_MS, afterwards } = options;
  const born = performance.now();

  const hands = new Map<number, Taken & { handling: Promise<void> }>();
  /** Those of them that are at their end, until that is written down. */
  const ended = new Map<number, End>();
  /** Those that may still end the process. */
  const young = new Set<number>();
  /** People who may have something waiting. */
  const called = new Set<number>();
  /** A walk past all people who have something waiting: how far it has got, and whether it has to begin anew. */
  let walk: { cursor: number; again: boolean } | null = null;
  /** Suspects are waiting: nothing else is taken up before they were tried. */
  let suspects = false;

  let running: Promise<void> = Promise.resolve();
  let next: Promise<void> | null = null;
  /** Resolves after a turn that began after this call. One at a time: what comes meanwhile shares the next one. */
  function turn(): Promise<void> {
    next ??= running.then(() => {
      next = null;
      running = takeTurn().catch((error: unknown) => {
        // What is at its end is still here, and what is waiting is found at the next beat.
        leaveOut();
        log.warn({ error }, 'updates: trying again');
      });
      return running;
    });
    return next;
  }

  /** Writes down what is at its end, and takes up what is next. */
  async function takeTurn(): Promise<void> {
    const over = new Map(ended);
    const ids = [...hands.keys()];
    const alone = suspects;
    const most = room(alone, ids.length - over.size);
    const atMost = alone ? upTo() : 0;
    const asked = [...called];
    called.clear();
    const suspected = alone && most > 0 ? await inbox.suspected(ids, atMost) : null;
    const walked = !alone && most > 0 && walk ? await inbox.people(walk.cursor, LOOK_AT) : null;
    // Who has something in hand here is called again when that is at its end.
    const busy = new Set(ids.filter((id) => !over.has(id)).map((id) => hands.get(id)!.userId));
    const people = [...new Set(suspected ?? [...asked, ...(walked ?? [])]).difference(busy)];

    const taken =
      over.size === 0 && (most === 0 || people.length === 0)
        ? []
        : await inbox.turn({
            done: ids.filter((id) => over.get(id) === 'done'),
            back: ids.filter((id) => over.get(id) === 'given back'),
            hands: ids.filter((id) => !over.has(id)),
            people,
            most,
            atMost,
          });
    for (const [id, end] of over) {
      if (end === 'given back') called.add(hands.get(id)!.userId);
      ended.delete(id);
      hands.delete(id);
    }
    for (const one of taken) begin(one);

    const full = taken.length === most;
    if (walked && !full) walk = onwards(walked, walk!.again);
    if (full && asked.length > 0) leaveOut();
    if (suspected && taken.length === 0) {
      suspects = false;
      leaveOut();
    }
    if (called.size > 0 || (walk && !full)) void turn();
  }

  /** How many may be taken up now. */
  function room(alone: boolean, busy: number): number {
    if (stopped.aborted || tries.isAway()) return 0;
    if (alone) return young.size === 0 ? 1 : 0;
    return Math.max(0, CONCURRENCY - busy);
  }

  /** How often a suspect may have been tried before. */
  const upTo = () => (performance.now() - born < settledMs ? 1 : TRIES);

  /** Somebody who may have something waiting was not looked at. */
  function leaveOut(): void {
    walk = walk ? { ...walk, again: true } : { cursor: FIRST_PERSON, again: false };
  }

  function onwards(walked: number[], again: boolean): typeof walk {
    if (walked.length === LOOK_AT) return { cursor: walked.at(-1)!, again };
    return again ? { cursor: FIRST_PERSON, again: false } : null;
  }

  function begin(taken: Taken): void {
    const { update_id: id } = taken.update;
    young.add(id);
    const timer = setTimeout(() => growUp(taken), HARMLESS_MS);
    const handling = tries.run(taken).then((end) => {
      clearTimeout(timer);
      young.delete(id);
      ended.set(id, end);
      called.add(taken.userId);
      if (end === 'done') afterwards(taken);
      return turn();
    });
    hands.set(id, { ...taken, handling });
  }

  /** A suspect that has proved harmless is none any more: what ends the process from now on is something else. */
  function growUp({ update, attempts }: Taken): void {
    young.delete(update.update_id);
    if (attempts > 1)
      inbox.excuse(update.update_id).catch((error: unknown) => log.warn({ error }, 'updates: a try is not excused'));
    if (suspects) void turn();
  }

  return {
    /** These people have something new. */
    call(people: number[]): void {
      for (const person of people) called.add(person);
      void turn();
    },

    /** Takes up whatever nobody has in hand; suspects first. */
    async lookAround(): Promise<void> {
      suspects ||= (await inbox.suspected([...hands.keys()], upTo())).length > 0;
      leaveOut();
      await turn();
    },

    /** Resolves when what these people have waiting, or all, is handled, as far as this process can do it. */
    async handled(people?: Set<number>): Promise<void> {
      for (;;) {
        await turn();
        while (next) await next;
        const open = [...hands.values()].filter(({ update }) => !ended.has(update.update_id));
        const busy = people && !walk && !suspects ? open.filter(({ userId }) => people.has(userId)) : open;
        if (busy.length === 0) return;
        await Promise.race(busy.map(({ handling }) => handling));
      }
    },
  };
}
