import { Writable } from 'node:stream';
import { eq, sql } from 'drizzle-orm';
import { test, vi } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { createApp } from '../../src/app.ts';
import { join } from 'node:path';
import { loadProgramme } from '../../src/programme.ts';
import { parseConfig } from '../../src/config.ts';
import { connect } from '../../src/db/connect.ts';
import { directorySearch, event, eventText, inbox, message, registration, person } from '../../src/db/schema.ts';
import { createEvent, seat } from '../support/events.ts';
import { register, answerProfile } from '../support/register.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, ROOT, TOKEN } from '../support/world.ts';
import { setTimeout as sleep } from 'node:timers/promises';

function capture() {
  let text = '';
  const log = createLog('trace', new Writable({ write: (chunk, _, done) => (done(), void (text += String(chunk))) }));
  return { log, written: () => text };
}
const L = (...a: unknown[]) => console.log('>>', ...a);

test('drizzle leak', async () => {
  const { log, written } = capture();
  const w = await createWorld({}, log);
  const err = await w.db
    .insert(directorySearch)
    .values({ personId: 99999, query: 'Асанова Айпери', createdAt: w.clock.now() })
    .catch((e) => e);
  L('message:', err.message);
  log.error({ error: err });
  L('leaks name in log:', /Асанова/.test(written()));
});

test('agree twice on the same message', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const e = await createEvent(w);
  const u = w.telegram.user({ language_code: 'en' });
  await u.open(`event_${e.code}`);
  await u.press({ data: new RegExp('^lang:en') });
  const mid = u.last().message_id;
  const upd = (id: number) => ({
    update_id: id,
    callback_query: {
      id: 'x' + id,
      from: u.user,
      chat_instance: '1',
      data: `agree:en:event_${e.code}`,
      message: { message_id: mid, date: 5, text: 'x', chat: { id: u.id, type: 'private' as const, first_name: 'x' } },
    },
  });
  await w.app.receive([upd(5000001) as never]);
  L('first', u.last().text.slice(0, 60));
  await w.app.receive([upd(5000002) as never]);
  L('second', u.last().text.slice(0, 90));
});

import { createTelegram } from '../../src/playground/telegram/index.ts';
import { createDatabase } from '../support/database.ts';
import { createClock } from '../support/world.ts';
import { onTestFinished } from 'vitest';
import { pino } from 'pino';

async function twoApps() {
  const database = await createDatabase();
  const second = connect(database.url, { max: 5 });
  onTestFinished(() => second.close());
  const clock = createClock();
  const telegram = createTelegram({ token: TOKEN, now: clock.now });
  const server = await telegram.listen();
  onTestFinished(() => server.close());
  const config = parseConfig({ OWNER_IDS: '900001', TELEGRAM_API_ROOT: server.url });
  const make = (connection: any) =>
    createApp({
      config,
      token: TOKEN,
      programme: loadProgramme(join(ROOT, 'programme.json')),
      locales: join(ROOT, 'locales'),
      connection,
      clock,
      log: pino({ level: 'silent' }),
      pace: { from: 1000, upTo: 1000 },
    });
  const [a, b] = [make(database), make(second)];
  await a.init();
  await b.init();
  return { a, b, telegram, database, db: database.db, clock };
}

test('stand-by recovers what is in flight', async () => {
  const { a, b, telegram, db, clock } = await twoApps();
  telegram.onUpdate = async (u) => {
    await a.receive([u]);
  };
  const u = telegram.user({ language_code: 'en' });
  await u.send('/start');
  await u.press({ data: 'lang:en' });
  await u.press({ data: 'agree:en' });
  telegram.fail({ method: 'sendMessage', hang: 800 });
  const before = u.texts().length;
  const p = u.send('/help');
  await sleep(200);
  await b.tick(); // the stand-by's planner
  await p;
  await sleep(300);
  L('answers to one /help with a stand-by ticking:', u.texts().length - before);
});

test('401 during sending', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const e = await createEvent(w);
  const u = await w.arrive('en');
  await register(u, e);
  w.telegram.fail({ method: 'sendMessage', chat_id: u.id, error_code: 401, description: 'Unauthorized' });
  w.clock.set(e.beginsAt.subtract({ hours: 1 }));
  await w.tick();
  L(
    'after 401',
    (await w.db.select().from(message)).map((m) => [m.kind, m.state, m.error]),
  );
});

test('429 and stop', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const e = await createEvent(w);
  const u = await w.arrive('en');
  w.telegram.onUpdate = async (x) => w.app.receive([x]);
  await register(u, e);
  w.telegram.fail({
    method: 'sendMessage',
    chat_id: u.id,
    error_code: 429,
    description: 'Too Many Requests: retry after 8',
    parameters: { retry_after: 8 },
  });
  await w.app.start().catch((x) => L('start failed', x.message));
  await sleep(1500);
  L((await w.db.select().from(message)).map((m) => [m.kind, m.state, m.attempts]));
  const t = performance.now();
  await w.app.stop();
  L('stop took ms', Math.round(performance.now() - t));
});

test('start with deleteWebhook 502', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  w.telegram.fail({ method: 'deleteWebhook', status: 502 });
  await w.app.start().then(
    () => L('started'),
    (x) => L('start rejects:', x.message),
  );
  await w.app.stop();
});

test('describe calls', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const n = w.telegram.calls.length;
  w.telegram.fail({ method: 'setMyCommands', hang: 300, times: 50 });
  const t = performance.now();
  await w.app.start();
  L('calls at start', w.telegram.calls.length - n, 'ms', Math.round(performance.now() - t));
  await w.app.stop();
});

test('answerCallbackQuery fails with network after all is done', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const u = await w.arrive('en');
  await u.send('/settings');
  w.telegram.fail({ method: 'answerCallbackQuery', cut: true });
  await u.press({ data: 'topic:reminders:1' });
  L(
    u
      .texts()
      .slice(-2)
      .map((t) => t.slice(0, 60)),
  );
});
