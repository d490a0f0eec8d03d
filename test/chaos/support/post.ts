import { setTimeout as sleep } from 'node:timers/promises';
import type { Update } from 'grammy/types';
import { MAIN, type Bot, type Rig } from './rig.ts';

const SECRET = 's3cret';
/** What Telegram has on its way to one webhook at a time, unless it is told otherwise (Bot API, setWebhook). */
const CONNECTIONS = 40;

/** Below the ports that the system gives to others. */
let nextPort = 5000 + (process.pid % 1000) * 4;

/** A process behind a webhook, and its address. */
export type Door = { bot: Bot; url: string };

export function openDoor(rig: Rig, entry = MAIN, env: Record<string, string> = {}): Door {
  const port = String(nextPort++);
  const url = `http://127.0.0.1:${port}/telegram`;
  return { url, bot: rig.start(entry, { PORT: port, WEBHOOK_URL: url, WEBHOOK_SECRET: SECRET, ...env }) };
}

/** So many processes, each at work. */
export async function openDoors(rig: Rig, count: number, entry = MAIN, env: Record<string, string> = {}) {
  const doors = Array.from({ length: count }, () => openDoor(rig, entry, env));
  await rig.atWork(doors.map(({ bot }) => bot));
  return doors;
}

/** Posts an update as Telegram does: again until it is taken, as long as there is somebody. */
export async function post({ url, bot }: Door, update: unknown): Promise<void> {
  const headers = { 'content-type': 'application/json', 'X-Telegram-Bot-Api-Secret-Token': SECRET };
  while (!bot.isGone()) {
    const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(update) }).catch(() => null);
    await response?.body?.cancel();
    if (response?.ok) return;
    await sleep(50);
  }
}

/** Posts them all, each to the next of the doors. */
export async function postAll(doors: Door[], updates: Update[]): Promise<void> {
  const left = updates.map((update, i) => ({ update, door: doors[i % doors.length]! })).values();
  const postOn = async () => {
    for (const { update, door } of left) await post(door, update);
  };
  await Promise.all(Array.from({ length: CONNECTIONS * doors.length }, postOn));
}
