import type { Context } from 'hono';
import { streamSSE } from 'hono/streaming';
import type { Cast } from './cast.ts';
import type { Change } from './telegram/index.ts';

/** What the page is told; it asks for the rest. */
export type News =
  /**
   * `epoch`: milliseconds; `text`: the date and time in words, in the language of the page; `life`: of the stage, whose
   * chats are not those of another life.
   */
  | { kind: 'clock'; epoch: number; text: string; moved: boolean; life: string }
  | { kind: 'chats'; received: Record<number, number> }
  | { kind: 'people' }
  | { kind: 'start over' };

type Listener = (news: News) => void;

/** Milliseconds: what happens within them is told at once. */
const TOGETHER = 30;

/** Tells every open page what has changed. */
export function createNews() {
  const listeners = new Set<Listener>();
  let changed = new Set<number>();
  let timer: NodeJS.Timeout | undefined;

  const publish = (news: News) => {
    for (const listener of listeners) listener(news);
  };

  /** Collects changes of chats. One without a chat, such as a vote, may concern everybody's. */
  function collect({ chat_id }: Change, cast: Cast): void {
    for (const id of chat_id === undefined ? cast.ids() : [chat_id]) changed.add(id);
    timer ??= setTimeout(() => {
      const ids = changed;
      changed = new Set();
      timer = undefined;
      publish({ kind: 'chats', received: Object.fromEntries([...ids].map((id) => [id, cast.received(id)])) });
    }, TOGETHER);
  }

  /** An event stream: the time at once and then each minute, and news as they come. */
  function stream(c: Context, time: () => News): Response {
    return streamSSE(c, async (events) => {
      const write = (news: News) => void events.writeSSE({ data: JSON.stringify(news) });
      const listener: Listener = (news) => write(news.kind === 'clock' ? time() : news);
      listeners.add(listener);
      write(time());
      const minutes = setInterval(() => write(time()), 60_000);
      await new Promise<void>((resolve) => events.onAbort(resolve));
      clearInterval(minutes);
      listeners.delete(listener);
    });
  }

  return { publish, collect, stream };
}

export type Newsroom = ReturnType<typeof createNews>;
