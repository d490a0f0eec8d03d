import type { Update, WebhookInfo } from '@grammyjs/types';
import { badRequest, conflict } from './refuse.ts';
import { postToWebhook } from './webhook.ts';
import type { WebhookReply } from './webhook.ts';
import type { Args, NewUpdate } from './world.ts';

type UpdateType = Exclude<keyof Update, 'update_id'>;
export type Deliver = (update: Update) => Promise<void>;

/** Never sent unless asked for by name (Bot API, getUpdates: allowed_updates). */
const onRequestOnly: UpdateType[] = ['chat_member', 'message_reaction', 'message_reaction_count'];

interface Poller {
  resume(): void;
  terminate(reason: string): void;
}

/**
 * The queue of updates and its three ways out: `direct` (a function of the test's, awaited), the webhook, or getUpdates.
 * `reply` carries out a method that the bot answers a webhook request with.
 */
export function createUpdates(options: {
  direct: () => Deliver | undefined;
  reply: (reply: WebhookReply) => Promise<void>;
  nextId: () => number;
}) {
  let queue: Update[] = [];
  let allowed: readonly UpdateType[] = [];
  let poller: Poller | undefined;
  let webhook: Args<'setWebhook'> | undefined;
  let posting: AbortController | undefined;
  const inBackground = new Set<Promise<void>>();
  let lastError: { last_error_date: number; last_error_message: string } | undefined;

  const wanted = (update: NewUpdate) => {
    const type = Object.keys(update)[0] as UpdateType;
    return allowed.length === 0 ? !onRequestOnly.includes(type) : allowed.includes(type);
  };

  /** Hands an update over and waits until the bot is done with it, if it takes updates directly. */
  async function push(content: NewUpdate): Promise<void> {
    await hand(content);
    await settled();
  }

  /**
   * For updates that the bot itself causes by a call: it must not have to deal with them before its call is answered (a bot that
   * takes one update at a time would wait for ever). Whoever pushes next waits for them.
   */
  function later(content: NewUpdate): void {
    const handed = hand(content);
    inBackground.add(handed);
    handed.then(
      () => inBackground.delete(handed),
      // Kept, so that the failure reaches whoever waits.
      () => undefined,
    );
  }

  /** Resolves when the bot is done with everything handed over so far; rejects when it failed. */
  async function settled(): Promise<void> {
    const waiting = [...inBackground];
    try {
      await Promise.all(waiting);
    } finally {
      for (const handed of waiting) inBackground.delete(handed);
    }
  }

  async function hand(content: NewUpdate): Promise<void> {
    const direct = options.direct();
    if (!direct && !wanted(content)) return;
    const update: Update = { update_id: options.nextId(), ...content };
    // A copy: what a bot does to its update must not change the chat.
    if (direct) return direct(structuredClone(update));
    queue.push(structuredClone(update));
    poller?.resume();
    startPosting();
  }

  async function get(args: Args<'getUpdates'>, signal: AbortSignal): Promise<Update[]> {
    if (webhook) {
      throw conflict(
        "can't use getUpdates method while webhook is active; use deleteWebhook to delete the webhook first",
      );
    }
    allow(args.allowed_updates);
    forget(args.offset ?? 0);
    const limit = args.limit && args.limit >= 1 && args.limit <= 100 ? args.limit : 100;
    const seconds = Math.min(Math.max(args.timeout ?? 0, 0), 50);
    if (queue.length === 0 && seconds > 0) await nextUpdate(seconds, signal);
    return structuredClone(queue.slice(0, limit));
  }

  /** An offset confirms every update before it; a negative one keeps only that many at the end of the queue. */
  function forget(offset: number): void {
    if (offset < 0) queue = queue.slice(offset);
    else if (offset > 0) queue = queue.filter(({ update_id }) => update_id >= offset);
  }

  function nextUpdate(seconds: number, signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(finish, seconds * 1000);
      const mine: Poller = {
        resume: finish,
        terminate(reason) {
          release();
          reject(conflict(reason));
        },
      };
      function release(): void {
        clearTimeout(timer);
        signal.removeEventListener('abort', finish);
        if (poller === mine) poller = undefined;
      }
      function finish(): void {
        release();
        resolve();
      }
      signal.addEventListener('abort', finish);
      // Only one can wait: the newer one does.
      poller?.terminate('terminated by other getUpdates request; make sure that only one bot instance is running');
      poller = mine;
    });
  }

  function allow(types: readonly UpdateType[] | undefined): void {
    // Not given: as before. An empty list: the default.
    if (Array.isArray(types)) allowed = types;
  }

  function setWebhook(args: Args<'setWebhook'>): true {
    if (!args.url) return deleteWebhook(args);
    if (!URL.canParse(args.url)) throw badRequest('invalid webhook URL specified');
    const url = new URL(args.url);
    const local = ['127.0.0.1', 'localhost', '[::1]'].includes(url.hostname);
    // A Bot API server of one's own takes HTTP and any port; the public one does not.
    if (url.protocol !== 'https:' && !local) throw badRequest('bad webhook: An HTTPS URL must be provided for webhook');
    if (!local && !['', '443', '80', '88', '8443'].includes(url.port)) {
      throw badRequest('bad webhook: Webhook can be set up only on ports 80, 88, 443 or 8443');
    }
    const secret = args.secret_token ?? '';
    if (secret.length > 256) throw badRequest('secret token is too long');
    if (!/^[A-Za-z0-9_-]*$/.test(secret)) throw badRequest('secret token contains unallowed characters');
    poller?.terminate('terminated by setWebhook request');
    allow(args.allowed_updates);
    if (args.drop_pending_updates) queue = [];
    posting?.abort();
    posting = undefined;
    lastError = undefined;
    webhook = args;
    startPosting();
    return true;
  }

  function deleteWebhook(args: { drop_pending_updates?: boolean } = {}): true {
    webhook = undefined;
    posting?.abort();
    posting = undefined;
    lastError = undefined;
    if (args.drop_pending_updates) queue = [];
    return true;
  }

  function webhookInfo(): WebhookInfo {
    return {
      url: webhook?.url ?? '',
      has_custom_certificate: webhook?.certificate !== undefined,
      pending_update_count: queue.length,
      ...(webhook
        ? { max_connections: webhook.max_connections ?? 40, ip_address: webhook.ip_address ?? '127.0.0.1' }
        : {}),
      ...lastError,
      ...(allowed.length > 0 ? { allowed_updates: [...allowed] } : {}),
    };
  }

  function startPosting(): void {
    if (!webhook || posting) return;
    const mine = new AbortController();
    posting = mine;
    void postAll(webhook, mine.signal).finally(() => {
      if (posting === mine) posting = undefined;
    });
  }

  /** One after the other, each again until the bot takes it: the order is never broken. */
  async function postAll(target: Args<'setWebhook'>, signal: AbortSignal): Promise<void> {
    let pause = 50;
    for (let update = queue[0]; update && !signal.aborted; update = queue[0]) {
      const outcome = await postToWebhook(target, update, signal);
      if (signal.aborted) return;
      if (outcome.ok) {
        queue = queue.filter((other) => other !== update);
        pause = 50;
        if (outcome.reply) await options.reply(outcome.reply);
      } else {
        lastError = { last_error_date: Math.floor(Date.now() / 1000), last_error_message: outcome.error };
        await new Promise((resolve) => setTimeout(resolve, pause));
        // Telegram waits from seconds to minutes; a test has no such time.
        pause = Math.min(pause * 2, 1000);
      }
    }
  }

  function close(): void {
    deleteWebhook();
    poller?.resume();
  }

  return { push, later, settled, get, setWebhook, deleteWebhook, webhookInfo, close };
}

export type Updates = ReturnType<typeof createUpdates>;
