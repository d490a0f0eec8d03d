import { setTimeout as sleep } from 'node:timers/promises';
import { Api, type ApiClientOptions } from 'grammy';
import type { Config } from '../config.ts';

/** Seconds until a call is given up. Long polling and an upload take longer than an ordinary call. */
const TIMEOUTS = { getUpdates: 35, upload: 60, other: 20 };
/** How often, and at the most how many seconds, an answer to a person waits out a 429. */
const PATIENCE = { attempts: 3, seconds: 10 };

/** The methods that Telegram's limits count (Bot FAQ, "My bot is hitting limits"): each puts a message into a chat. */
const ANSWER = /\/(?:send(?!ChatAction)|copy|forward)\w+$/;

export type Telegram = {
  token: string;
  options: ApiClientOptions;
  sendingApi: Api;
  /** Whether the last call was answered, and the token known. */
  reached(): boolean;
  /** When answers to people went out since this was last asked (performance.now()). */
  answered(): number[];
};

/**
 * The Bot API over Node's own fetch. grammY's default, node-fetch 2, is in maintenance only; and its retry plugin
 * reaches neither dialogs nor keeps from sending twice after a lost reply. So answers retry here, in fetch itself, and
 * only when Telegram surely did not take the call: on a 429 that names its wait.
 */
export function connectTelegram(config: Pick<Config, 'TELEGRAM_API_ROOT'>, token: string): Telegram {
  const apiRoot = config.TELEGRAM_API_ROOT.replace(/\/+$/, '');
  let reached = false;
  let answers: number[] = [];
  const countingFetch: Fetch = (url, init) => {
    if (ANSWER.test(url)) answers.push(performance.now());
    return patientFetch(url, init);
  };
  const client = (fetch: Fetch): ApiClientOptions => ({
    apiRoot,
    fetch: (async (url: string, init: Init) => {
      try {
        const response = await fetch(url, init);
        reached = response.status < 500 && response.status !== 401;
        return response;
      } catch (error) {
        // A call that we gave up ourselves says nothing of Telegram.
        if (!init.signal?.aborted) reached = false;
        throw error;
      }
    }) as NonNullable<ApiClientOptions['fetch']>,
  });
  return {
    token,
    options: client(countingFetch),
    sendingApi: new Api(token, client(plainFetch)),
    reached: () => reached,
    answered() {
      const since = answers;
      answers = [];
      return since;
    },
  };
}

type Init = RequestInit & { agent?: unknown; compress?: unknown };
type Fetch = (url: string, init: Init) => Promise<Response>;

/** grammY hands over a polyfilled AbortSignal and options of node-fetch, which Node's fetch does not take. */
async function plainFetch(
  url: string,
  { agent: _agent, compress: _compress, signal, ...init }: Init,
): Promise<Response> {
  const method = url.slice(url.lastIndexOf('/') + 1);
  const upload = typeof init.body !== 'string' ? TIMEOUTS.upload : TIMEOUTS.other;
  const seconds = method === 'getUpdates' ? TIMEOUTS.getUpdates : upload;
  const given = new AbortController();
  signal?.addEventListener('abort', () => given.abort(), { once: true });
  if (signal?.aborted) given.abort();
  const signals = AbortSignal.any([given.signal, AbortSignal.timeout(seconds * 1000)]);
  const response = await fetch(url, { ...init, signal: signals, duplex: 'half' } as RequestInit);
  return response.status >= 500 ? inBotApiWords(response) : response;
}

/** A proxy in front of the Bot API answers with a page of its own when that is away. */
async function inBotApiWords(response: Response): Promise<Response> {
  const { status, statusText } = response;
  if (response.headers.get('content-type')?.startsWith('application/json')) return response;
  await response.body?.cancel();
  return Response.json({ ok: false, error_code: status, description: statusText || 'Server error' }, { status });
}

async function patientFetch(url: string, init: Init): Promise<Response> {
  for (let attempt = 1; ; attempt++) {
    const response = await plainFetch(url, init);
    const replayable = typeof init.body === 'string' || init.body === undefined || init.body === null;
    if (response.status !== 429 || !replayable || attempt === PATIENCE.attempts) return response;
    const { parameters } = (await response.clone().json()) as { parameters?: { retry_after?: number } };
    const seconds = parameters?.retry_after ?? 1;
    if (seconds > PATIENCE.seconds) return response;
    await sleep(seconds * 1000);
  }
}
