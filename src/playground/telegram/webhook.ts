import type { Update } from '@grammyjs/types';
import type { Args } from './world.ts';

/** A method that the bot calls by the body of its answer to a webhook request. */
export interface WebhookReply {
  method: string;
  [parameter: string]: unknown;
}

export type PostOutcome = { ok: true; reply?: WebhookReply } | { ok: false; error: string };

/** Hands one update to the bot's webhook; any 2xx counts as taken. Never throws. */
export async function postToWebhook(
  webhook: Args<'setWebhook'>,
  update: Update,
  signal: AbortSignal,
): Promise<PostOutcome> {
  try {
    const response = await fetch(webhook.url, {
      method: 'POST',
      headers: {
        'Content-Type': 'application/json',
        ...(webhook.secret_token ? { 'X-Telegram-Bot-Api-Secret-Token': webhook.secret_token } : {}),
      },
      body: JSON.stringify(update),
      signal: AbortSignal.any([signal, AbortSignal.timeout(60_000)]),
    });
    const body = await response.text();
    if (!response.ok) {
      return { ok: false, error: `Wrong response from the webhook: ${response.status} ${response.statusText}` };
    }
    const reply = replyIn(body);
    return reply ? { ok: true, reply } : { ok: true };
  } catch (error) {
    return {
      ok: false,
      error: error instanceof Error && error.name === 'TimeoutError' ? 'Read timeout expired' : 'Connection failed',
    };
  }
}

function replyIn(body: string): WebhookReply | undefined {
  try {
    const reply: unknown = JSON.parse(body);
    const isCall = reply !== null && typeof reply === 'object' && 'method' in reply && typeof reply.method === 'string';
    // Methods whose result matters, or that change the webhook itself, are not carried out.
    const excluded = isCall && /^(get|setWebhook$|deleteWebhook$|close$|logOut$)/i.test(String(reply.method));
    return isCall && !excluded ? (reply as WebhookReply) : undefined;
  } catch {
    return undefined;
  }
}
