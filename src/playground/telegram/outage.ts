import { faultPage } from './server.ts';
import type { Answer } from './server.ts';

/**
 * How Telegram is away: nobody listens on its port, it takes a call and never answers, it drops the connection, or a proxy
 * answers in its place. Nothing is carried out.
 */
export type OutageKind = 'refuse' | 'hang' | 'cut' | 502 | 503 | 504;

/** A listening port; `shut` and `open` again on the same one. */
export interface Door {
  shut(): void;
  open(): void;
  /** Ends the connections that are open now. */
  drop(): void;
}

export type Outage = ReturnType<typeof createOutage>;

export function createOutage() {
  const doors = new Set<Door>();
  let kind: OutageKind | undefined;
  let over = Promise.withResolvers<void>();

  function end(): void {
    if (kind === undefined) return;
    if (kind === 'refuse') for (const door of doors) door.open();
    kind = undefined;
    over.resolve();
  }

  return {
    doors,
    isOn: () => kind !== undefined,
    begin(next: OutageKind): void {
      end();
      kind = next;
      over = Promise.withResolvers();
      for (const door of doors) {
        if (kind === 'refuse') door.shut();
        // What hangs keeps its connection; all others lose even the answer that was on its way.
        if (kind !== 'hang') door.drop();
      }
    },
    end,
    /** What a call gets instead of its answer; undefined when Telegram is there. */
    async meet(signal: AbortSignal): Promise<Answer | undefined> {
      switch (kind) {
        case undefined:
          return undefined;
        case 'refuse':
          return { status: 0, body: '', cut: 'refused' };
        case 'hang':
          await Promise.race([over.promise, hungUp(signal)]);
          return { status: 0, body: '', cut: true };
        case 'cut':
          return { status: 0, body: '', cut: true };
        default:
          return faultPage(kind);
      }
    },
  };
}

const hungUp = (signal: AbortSignal) =>
  new Promise<void>((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
