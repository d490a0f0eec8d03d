import { randomUUID } from 'node:crypto';
import type { AddressInfo } from 'node:net';
import { serve, type ServerType } from '@hono/node-server';
import { Hono, type MiddlewareHandler } from 'hono';
import { csrf } from 'hono/csrf';
import { HTTPException } from 'hono/http-exception';
import type { Running } from '../app.ts';
import { createI18n } from '../bot/i18n.ts';
import { createLog } from '../bot/log.ts';
import { ConfigError, type Config } from '../config.ts';
import { openDatabase } from '../database.ts';
import { loadProgramme } from '../programme.ts';
import { createApi } from './api.ts';
import { beforeLastEvent, createMovableClock } from './clock.ts';
import { emptyDatabase, seedDemo } from './demo.ts';
import { CAST } from './demo/people.ts';
import { createPage, headers } from './page.ts';
import { LOCALES, openStage, type Stage } from './stage.ts';
import { createNews } from './stream.ts';
import type { Telegram } from './telegram/index.ts';

const HOST = '127.0.0.1';

/**
 * The bot for those who have neither a token nor a server: an emulated Telegram, a page with its people's chats side by
 * side, an embedded database with the demo, and a clock to move. One port serves the page (`/`), what it asks for
 * (`/api`), the emulated Bot API (`/bot<token>`, which the bot itself calls and polls) and `/healthz`; this machine only.
 */
export async function startPlayground(config: Config): Promise<Running> {
  const log = createLog(config.LOG_LEVEL);
  const programme = loadProgramme(config.PROGRAMME_FILE);
  let site: Hono | null = null;
  // Taken first: whether the port is free is known before a database is made.
  const server = await listen(
    (request) => site?.fetch(request) ?? new Response('Starting …', { status: 503 }),
    config.PORT,
  );
  const url = `http://${HOST}:${(server.address() as AddressInfo).port}`;

  const connection = await openDatabase(config, 'playground').catch(async (error: unknown) => {
    await close(server);
    throw error;
  });
  const { db } = connection;
  const i18n = createI18n(LOCALES, programme);
  const clock = createMovableClock();
  const news = createNews();
  const owners = [CAST.organizer, ...config.OWNER_IDS];
  const options = {
    config: { ...config, TELEGRAM_API_ROOT: url, PUBLIC_URL: url, OWNER_IDS: owners },
    programme,
    log,
    connection,
    clock,
  };

  let telegram: Telegram | null = null;
  let stage: Stage | null = null;
  let life = '';
  async function open(): Promise<void> {
    await seedDemo(db, programme, clock.now());
    const opened = await openStage({ ...options, serve: (ready) => (telegram = ready) });
    opened.telegram.subscribe((change) => news.collect(change, opened.cast));
    stage = opened;
    life = randomUUID();
  }
  const onStage = (): Stage => {
    if (!stage) throw new HTTPException(503, { message: 'Starting …' });
    return stage;
  };

  /** One after another, however often it is pressed. */
  let startingOver: Promise<void> = Promise.resolve();
  function startOver(): Promise<void> {
    const before = startingOver.catch(() => undefined);
    startingOver = (async () => {
      await before;
      await stage?.close();
      stage = null;
      clock.backToNow();
      await emptyDatabase(db);
      await open();
      news.publish({ kind: 'start over' });
    })();
    return startingOver;
  }

  site = createSite({
    telegram: (request) => telegram!.fetch(request),
    api: createApi({ stage: onStage, life: () => life, db, programme, i18n, clock, news, startOver }),
    bot: (request) => onStage().app.http.fetch(request),
  });

  const past = await beforeLastEvent(db, clock.now());
  if (past) clock.moveTo(past);
  await open();
  process.stdout.write(`Bilim's playground: ${url}\n`);

  return {
    async stop() {
      await startingOver;
      await stage?.close();
      await close(server);
      await connection.close();
    },
  };
}

type Parts = Record<'telegram' | 'bot', (request: Request) => Response | Promise<Response>> & { api: Hono };

function createSite({ telegram, api, bot }: Parts): Hono {
  const site = new Hono();
  site.all('/:bot{bot\\d.*}/*', (c) => telegram(c.req.raw));
  site.all('/file/*', (c) => telegram(c.req.raw));
  site.get('/healthz', (c) => bot(c.req.raw));
  site.use(thisMachineOnly, csrf(), headers);
  site.route('/', createPage());
  site.route('/api', api);
  // What the bot itself shows to browsers and calendars.
  site.get('*', (c) => bot(c.req.raw));
  return site;
}

/** The port is open to this machine alone, but a page of another site could name it (DNS rebinding). */
const thisMachineOnly: MiddlewareHandler = async (c, next) => {
  const { hostname } = new URL(c.req.url);
  if (![HOST, 'localhost', '[::1]'].includes(hostname)) return c.text('The playground is for this machine only.', 403);
  return next();
};

function listen(fetch: (request: Request) => Response | Promise<Response>, port: number): Promise<ServerType> {
  return new Promise((resolve, reject) => {
    const server = serve({ fetch, port, hostname: HOST });
    server.once('listening', () => resolve(server));
    server.once('error', (error: NodeJS.ErrnoException) => {
      const taken = `PORT ${port} is taken: stop the program that has it, or choose another one: PORT=${port + 1} npm start`;
      reject(error.code === 'EADDRINUSE' ? new ConfigError(taken) : error);
    });
  });
}

/** Open event streams and long polls end with it. */
function close(server: ServerType): Promise<void> {
  return new Promise((resolve) => {
    server.close(() => resolve());
    if ('closeAllConnections' in server) server.closeAllConnections();
  });
}
