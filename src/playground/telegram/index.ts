import type { UserFromGetMe } from '@grammyjs/types';
import { createCall } from './call.ts';
import type { LoggedCall } from './call.ts';
import { asText } from './body.ts';
import { createFaults, seededRandom } from './faults.ts';
import type { Fault } from './faults.ts';
import { storeFile } from './files.ts';
import type { FileKind, FileSource } from './files.ts';
import { createFloods, telegramLimits } from './floods.ts';
import type { FloodLimits } from './floods.ts';
import { createGroup } from './groups.ts';
import type { NewGroup, TelegramGroup } from './groups.ts';
import { fetchInProcess } from './in-process.ts';
import type { FetchInit, FetchInput } from './in-process.ts';
import { createOutage } from './outage.ts';
import type { OutageKind } from './outage.ts';
import { createPerson } from './people.ts';
import type { NewPerson, TelegramUser } from './people.ts';
import { createServer, listen } from './server.ts';
import { createUpdates } from './updates.ts';
import type { Deliver } from './updates.ts';
import type { Change, World } from './world.ts';

export type { LoggedCall } from './call.ts';
export type { Fault } from './faults.ts';
export type { FloodLimits } from './floods.ts';
export type { OutageKind } from './outage.ts';
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
  /** For faults that come by chance: the same seed, and the same calls in the same order, meet the same ones. */
  seed?: number;
  /** How many of the latest calls `calls` keeps: all by default, which a long run can't afford. */
  keepCalls?: number;
  /** Told of each call of the bot once it is answered: for counting what is not kept. */
  onCall?: (call: LoggedCall) => void;
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
 * telegram.fail({ method: 'sendMessage', until: promise });  // it is on its way until then
 * telegram.fail({ method: 'sendMessage', chance: 0.02, times: Infinity, cut: true });  // by chance, see `seed`
 * telegram.fail({ chance: 0.01, times: Infinity, block: true });  // the person blocks the bot; {flood: 3}: 429 for 3 s in this chat
 * telegram.outage('refuse');                   // nobody listens; 'hang', 'cut', 502: until heal()
 *
 * // What happened:
 * telegram.calls                               // {method, payload, at, ok, lost?, error?}[], every call of the bot
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
  const { token, now = () => Temporal.Now.instant(), firstId = 1, seed = 1, keepCalls = Infinity } = options;
  const counters = new Map<string, number>();
  const listeners = new Set<(change: Change) => void>();
  const calls: LoggedCall[] = [];
  const faults = createFaults(seededRandom(seed));
  const outage = createOutage();
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
  const log = {
    asked(made: LoggedCall): void {
      calls.push(made);
      if (calls.length > keepCalls) calls.splice(0, calls.length - keepCalls);
    },
    answered: (made: LoggedCall) => options.onCall?.(made),
  };
  const call = createCall(world, { faults, outage }, log);
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
    listen: (port = 0) => listen(app, port, outage.doors),
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
    /** Telegram is away, for all methods, until `heal()`. */
    outage: (kind: OutageKind): void => outage.begin(kind),
    /** Ends an outage, and forgets all faults to come. */
    heal(): void {
      faults.clear();
      outage.end();
    },
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

/**
 * Resolves once the condition holds, which is looked at after changes: once for all that come in one turn of the event loop,
 * since a look may go through many chats. Rejects after `timeoutMs` of real time.
 */
function until(subscribe: Telegram['subscribe'], condition: () => boolean, timeoutMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    let looking: NodeJS.Immediate | undefined;
    const stop = subscribe(() => (looking ??= setImmediate(check)));
    const timer = setTimeout(() => {
      stop();
      clearImmediate(looking);
      reject(new Error(`Not within ${timeoutMs} ms: ${String(condition)}`));
    }, timeoutMs);
    function check(): void {
      looking = undefined;
      try {
        if (!condition()) return;
        resolve();
      } catch (error) {
        reject(error);
      }
      stop();
      clearTimeout(timer);
    }
    check();
  });
}
