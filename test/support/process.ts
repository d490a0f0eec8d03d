import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { onTestFinished } from 'vitest';
import { OWNER_ID, ROOT, TOKEN } from './world.ts';

export type BotProcess = { child: ChildProcess; url: string; output(): string };

/** Below the ports that the system gives away, and far from those of the test files beside this one. */
let nextPort = 10_000 + ((process.pid * 101) % 20_000);

/** Compiled modules of earlier starts, which halve what a start costs. */
export const NODE_COMPILE_CACHE = join(ROOT, 'node_modules/.cache/bilim');

/** The real entry point, or another one, in a process of its own that tests may kill. */
export function launch(env: Record<string, string>, entry = 'src/main.ts'): BotProcess {
  const { PORT = String(nextPort++) } = env;
  const bot = run({ BOT_TOKEN: TOKEN, OWNER_IDS: String(OWNER_ID), LOG_LEVEL: 'warn', ...env, PORT }, entry);
  return { ...bot, url: `http://127.0.0.1:${PORT}` };
}

/** Resolves when it is healthy. */
export async function startProcess(env: Record<string, string>): Promise<BotProcess> {
  const bot = launch(env);
  for (;;) {
    if (bot.child.exitCode !== null) throw new Error(`the bot ended: ${bot.output()}`);
    const health = await fetch(`${bot.url}/healthz`).catch(() => null);
    if (health?.ok) return bot;
    await sleep(50);
  }
}

/** Runs the entry point until it ends by itself: for wrong settings. */
export async function runToEnd(env: Record<string, string>): Promise<{ code: number | null; stderr: string }> {
  const bot = run(env);
  await once(bot.child, 'close');
  return { code: bot.child.exitCode, stderr: bot.errors() };
}

function run(env: Record<string, string>, entry = 'src/main.ts') {
  const { PATH = '', HOME = '' } = process.env;
  const child = spawn(process.execPath, ['--import', './src/require-node.mjs', entry], {
    cwd: ROOT,
    env: { PATH, HOME, NODE_COMPILE_CACHE, ...env },
    stdio: ['ignore', 'pipe', 'pipe', 'ipc'],
  });
  let output = '';
  let errors = '';
  child.stdout!.on('data', (chunk: Buffer) => (output += String(chunk)));
  child.stderr!.on('data', (chunk: Buffer) => (errors += String(chunk)));
  onTestFinished(() => void child.kill('SIGKILL'));
  return { child, output: () => output + errors, errors: () => errors };
}

/** No warning, no farewell: what a power cut does. */
export async function kill9({ child }: BotProcess): Promise<void> {
  child.kill('SIGKILL');
  await once(child, 'close');
}

/** Resolves when `condition` gives something; for what another process does in its own time. */
export async function eventually<T>(
  condition: () => T | Promise<T>,
  what: string,
  seconds = 15,
): Promise<NonNullable<T>> {
  const deadline = performance.now() + seconds * 1000;
  for (;;) {
    const value = await condition();
    if (value) return value;
    if (performance.now() > deadline) throw new Error(`waited ${seconds} s for ${what}`);
    await sleep(20);
  }
}
