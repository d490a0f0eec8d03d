import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createTelegram } from '../src/playground/telegram/index.ts';
import { answersOf, ROOT, round, timed, TOKEN, until } from './support.ts';

/** Seconds from `npm start` to the first answer in the chat, on the embedded database: the first time, and again. */
export async function benchStart() {
  const data = await mkdtemp(join(tmpdir(), 'bilim-bench-'));
  const seconds = [];
  for (let run = 0; run < 2; run++) {
    const telegram = createTelegram({ token: TOKEN, firstId: 1 + run * 1_000_000 });
    const server = await telegram.listen();
    // Another person each time: the emulator is new, but the database remembers.
    const user = telegram.user({ id: 7_200_000_000 + run });
    await user.send('/start');
    const env = {
      PATH: process.env.PATH!,
      BOT_TOKEN: TOKEN,
      TELEGRAM_API_ROOT: server.url,
      DATA_DIR: data,
      PORT: '0',
      LOG_LEVEL: 'warn',
    };
    const child = spawn('npm', ['start', '--silent'], { cwd: ROOT, env, stdio: 'inherit', detached: true });
    seconds.push((await timed(() => until(() => answersOf(user) > 0, telegram))) / 1000);
    process.kill(-child.pid!, 'SIGTERM');
    await once(child, 'exit');
    await server.close();
  }
  await rm(data, { recursive: true, force: true });
  return { 'empty folder, s': round(seconds[0]!, 1), 'again, s': round(seconds[1]!, 1) };
}
