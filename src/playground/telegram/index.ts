import type { UserFromGetMe } from '@grammyjs/types';
import { createCall } from './call.ts';
import type { LoggedCall } from './call.ts';
import { asText } from './body.ts';
import { createFaults } from './faults.ts';
import type { Fault } from './faults.ts';
import { storeFile } from './files.ts';
import type { FileKind, FileSource } from './files.ts';
import { createFloods, telegramLimits } from './floods.ts';
import type { FloodLimits } from './floods.ts';
import { createGroup } from './groups.ts';
import type { NewGroup, TelegramGroup } from './groups.ts';
import { fetchInProcess } from './in-process.ts';
import type { FetchInit, FetchInput } from './in-process.ts';
import { createPerson } from './people.ts';
import type { NewPerson, TelegramUser } from './people.ts';
import { createServer, listen } from './server.ts';
import { createUpdates } from './updates.ts';
import type { Deliver } from './updates.ts';
import type { Change, World } from './world.ts';

export type { LoggedCall } from './call.ts';
export type { Fault } from './faults.ts';
export type { FloodLimits } from './floods.ts';
export type { TelegramGroup } from './groups.ts';
export type { TelegramUser } from './people.ts';
export type { Press, Target } from './press.ts';
export type { ChatMessage } from './transcript.ts';
export type { CallbackAnswer, Change } from './world.ts';

export interface TelegramOptions {
  /** The bot's token, `<id>:<secret>`. */
  token: string;
  bot?: { id?: number; username?: string; first_name?: string };
  /** Dates of messages, age of presses, closing of polls; the machine's clock by default. Floods and long polls take real time. */
  now?: () => Temporal.Instant;
  /** Telegram's flood limits, in real time: none by default; true for the documented ones, or some of them changed. */
  floodLimits?: boolean | Partial<FloodLimits>;
  /**
   * Where ids of messages, updates, files, polls and presses begin (1). A program that keeps its database while this Telegram
   * starts anew passes a number that grows, such as seconds, so that no id comes twice.
   */
  firstId?: number;
}

/**
 * A Telegram in memory, for tests and for the playground: it follows the Bot API 10.3 and refuses what Telegram refuses, in
 * Telegram's words. Cheat sheet:
 *
 * ```ts
 * const telegram = createTelegram({ token, now: () => clock.now() });
 *
 * // The bot's side, one of three:
 * telegram.onUpdate = (update) => app.receive(update);         // awaited by every action below; the quickest for tests
 * new Bot(token, { client: { fetch: telegram.fetch } });       // Bot API calls in process, no port
 * const { url, close } = await telegram.listen();              // over HTTP: apiRoot: url; long polling and setWebhook work
 *
 * // People (the private chat begins with their first message, or with `started: true`):
 * const aida = telegram.user({ first_name: 'Aida', language_code: 'kk' });
 * await aida.open('event_abc');                                // deep link: /start event_abc
 * await aida.send('Salem', { reply_to: 12 });
 * await aida.press('Register');                                // newest message that has it; /pattern/ or {data: 'r:1'} too,
 * await aida.press(/^Yes/, { message: 12 });                   // on one message, even a deleted one
 * // -> {kind: 'callback', answer?: {text, show_alert}} | {kind: 'message'} | {kind: 'url', url} | {kind: 'copied', text}
 * await aida.sendDocument({ file_name: 'a.pdf', size: 9_000 }); // sendPhoto, sendVideo, sendAudio, sendVoice, sendAnimation,
 * await aida.sendContact();                                    // sendVideoNote, sendSticker, sendLocation(lat, lon)
 * await aida.edit(messageId, 'new text'); await aida.remove(messageId);
 * await aida.vote(messageId, [0]); await aida.vote(messageId, ['Good']); await aida.retract(messageId);
 * await aida.block(); await aida.unblock(); await aida.deactivate();
 *
 * // What she sees now (edits applied, deleted gone):
 * aida.texts()                    // the bot's texts and captions, oldest first
 * aida.last()                     // the bot's last message: {message_id, text, html, buttons: string[][], document, poll, …}
 * aida.chat                       // everything, {from: 'me' | 'bot', …}
 * aida.alerts                     // answers to presses that have a text
 * aida.commands(); aida.action()  // the menu's commands; 'typing' …
 *
 * const group = await telegram.group({ title: 'Cohort 3', members: [aida, bek] });  // supergroup; adds the bot
 * await group.send(bek, '/start'); await group.promote('bot'); await group.remove('bot'); group.texts();
 *
 * // When things go wrong: the next call that fits meets it.
 * telegram.fail({ method: 'sendMessage', chat_id: aida.id, error_code: 429, description: 'Too Many Requests: retry after 3',
 *   parameters: { retry_after: 3 } });
 * telegram.fail({ cut: true });                // carried out, then the connection drops; 'before': not carried out
 * telegram.fail({ status: 502, times: 2 }); telegram.fail({ hang: 50 }); telegram.heal();
 *
 * // What happened:
 * telegram.calls                               // {method, payload, at, ok, error?}[], every call of the bot
 * await telegram.until(() => aida.texts().length > 0);  // waits for changes (real time, 5 s by default)
 * await telegram.settled();                             // with onUpdate: after a job that stops a poll
 * const stop = telegram.subscribe((change) => …);       // each change of a chat, for an event stream
 * telegram.file({ kind: 'document', file_name: 'a.pdf', size: 9, file_id: 'demo' });  // a file_id that exists from the start
 * ```
 *
 * Left out: channels, topics, business, payments, inline mode, rich messages, legacy Markdown; a method that is missing is answered
 * 404 with a process warning.
 */
export function createTelegram(options: TelegramOptions) {
  const { token, now = () => Temporal.Now.instant(), firstId = 1 } = options;
  const counters = new Map<string, number>();
  const listeners = new Set<(change: Change) => void>();
  const calls: LoggedCall[] = [];
  const faults = createFaults();
  let onUpdate: Deliver | undefined;

  const next: World['next'] = (counter, base = 0) => {
    const count = (counters.get(counter) ?? 0) + 1;
    counters.set(counter, count);
    return base + firstId + count - 1;
  };
  const updates = createUpdates({
    direct: () => onUpdate,
    nextId: () => next('update', 100_000_000),
    reply: async ({ method, ...parameters }) => {
      const raw = new Map(Object.entries(parameters).map(([name, value]) => [name, asText(value)]));
      await call(method, raw, new AbortController().signal);
    },
  });
  const world: World = {
    token,
    bot: botOf(options),
    now,
    people: new Map(),
    rooms: new Map(),
    files: new Map(),
    queries: new Map(),
    commands: new Map(),
    texts: new Map(),
    menu: { type: 'default' },
    updates,
    floods: createFloods(options.floodLimits ? { ...telegramLimits, ...Object(options.floodLimits) } : undefined),
    changed(change) {
      for (const listener of listeners) listener(change);
    },
    next,
  };
  const call = createCall(world, faults, calls);
  const app = createServer(world, call);

  function subscribe(listener: (change: Change) => void): () => void {
    listeners.add(listener);
    return () => listeners.delete(listener);
  }

  return {
    token,
    bot: world.bot,
    fetch: (input: FetchInput, init?: FetchInit) => fetchInProcess(app.fetch, input, init),
    /** Serves the Bot API on 127.0.0.1; port 0 takes a free one. */
    listen: (port = 0) => listen(app, port),
    get onUpdate(): Deliver | undefined {
      return onUpdate;
    },
    set onUpdate(deliver: Deliver | undefined) {
      onUpdate = deliver;
    },
    user: (person: NewPerson = {}): TelegramUser => createPerson(world, person),
    group: (group: NewGroup): Promise<TelegramGroup> => createGroup(world, group),
    /** Makes a file known that nobody sent, for demo data; returns its file_id. */
    file: ({ kind = 'document', ...source }: FileSource & { kind?: FileKind; file_id?: string }): string =>
      storeFile(world, kind, source).file_id,
    fail: (fault: Fault): void => faults.add(fault),
    /** Forgets all faults to come. */
    heal: (): void => faults.clear(),
    calls,
    subscribe,
    /** When the bot is done with the updates that its own calls caused, such as a poll that it stopped. */
    settled: (): Promise<void> => updates.settled(),
    until: (condition: () => boolean, timeoutMs = 5000) => until(subscribe, condition, timeoutMs),
    /** Ends long polls and webhook deliveries. */
    close: (): void => updates.close(),
  };
}

export type Telegram = ReturnType<typeof createTelegram>;

function botOf({ token, bot = {} }: TelegramOptions): UserFromGetMe {
  return {
    id: bot.id ?? (Number.parseInt(token, 10) || 1),
    is_bot: true,
    first_name: bot.first_name ?? 'Bilim',
    username: bot.username ?? 'bilim_bot',
    can_join_groups: true,
    can_read_all_group_messages: false,
    supports_guest_queries: false,
    supports_inline_queries: false,
    can_connect_to_business: false,
    has_main_web_app: false,
    has_topics_enabled: false,
    allows_users_to_create_topics: false,
    can_manage_bots: false,
    supports_join_request_queries: false,
  };
}

/** Resolves once the condition holds, which is looked at after every change; rejects after `timeoutMs` of real time. */
function until(subscribe: Telegram['subscribe'], condition: () => boolean, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const stop = subscribe(check);
    const timer = setTimeout(() => {
      stop();
      reject(new Error(`Not within ${timeoutMs} ms: ${String(condition)}`));
    }, timeoutMs);
    function check(): void {
      if (!condition()) return;
      stop();
      clearTimeout(timer);
      resolve();
    }
    check();
  });
}
