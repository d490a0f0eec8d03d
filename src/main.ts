import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { inspect } from 'node:util';
import { serve, type ServerType } from '@hono/node-server';
import { createApp, type Running } from './app.ts';
import { createLog, redact } from './bot/log.ts';
import { ConfigError, parseConfig, type Config } from './config.ts';
import { openDatabase } from './database.ts';
import { loadProgramme } from './programme.ts';

async function main(): Promise<Running> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = parseConfig(process.env);
  if (config.BOT_TOKEN) return startBot(config, config.BOT_TOKEN);
  if (config.DATABASE_URL)
    throw new ConfigError(
      'BOT_TOKEN is missing: DATABASE_URL names a real database, which the playground must not write to. Give the token, or leave DATABASE_URL out to try Bilim in the playground.',
    );
  // Only here, and only without a token: what runs in production does not load the playground.
  const { startPlayground } = await import('./playground/index.ts');
  return startPlayground(config);
}

async function startBot(config: Config, token: string): Promise<Running> {
  const log = createLog(config.LOG_LEVEL);
  const programme = loadProgramme(config.PROGRAMME_FILE);
  const connection = await openDatabase(config, 'bot');
  const clock = { now: () => Temporal.Now.instant() };
  const locales = join(import.meta.dirname, '../locales');
  const app = createApp({ config, token, programme, locales, connection, clock, log, dataDir: config.DATA_DIR });
  // Listens before Telegram is reached, so that /healthz can say what is missing.
  const server = await listen(app.http.fetch, config.PORT);
  const stop = async () => {
    server.close();
    await app.stop();
    await connection.close();
  };
  try {
    const me = await app.init();
    if (config.OWNER_IDS.length === 0)
      log.warn('OWNER_IDS is empty: nobody can organize. Give the numeric ids of the owners.');
    await app.start();
    log.info(`@${me.username} is at work, port ${config.PORT}`);
  } catch (error) {
    await stop();
    throw error;
  }
  return { stop };
}

function listen(fetch: Parameters<typeof serve>[0]['fetch'], port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port }, () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) =>
      reject(error.code === 'EADDRINUSE' ? new ConfigError(`PORT ${port} is taken: set PORT to another one.`) : error),
    );
  });
}

let running: Running | null = null;
let stopping = false;

/** A second signal does not wait, and one during the start has nothing to wait for: what is left is in the database. */
function stop(): void {
  if (stopping || !running) process.exit(running ? 1 : 0);
  stopping = true;
  running.stop().then(() => process.exit(0), fail);
}

/** One line that names the cure; the stack only for those who ask for it. */
function fail(error: unknown): never {
  const text = process.env.LOG_LEVEL === 'debug' ? inspect(error) : oneLine(error);
  process.stderr.write(`${redact(text)}\n`);
  process.exit(1);
}

/** A database error quotes its query: its first line and what the server said are enough. */
function oneLine(error: unknown): string {
  if (!(error instanceof Error)) return String(error);
  const [first = ''] = error.message.split('\n');
  return error.message.startsWith('Failed query') && error.cause ? `${first} … ${oneLine(error.cause)}` : first;
}

// By handlers, also during the start: as the first process of a container there is no other way to end.
process.on('SIGTERM', stop).on('SIGINT', stop);
main().then((started) => (running = started), fail);
