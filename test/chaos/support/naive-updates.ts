import { createServer } from 'node:http';
import { json } from 'node:stream/consumers';
import { run, sequentialize } from '@grammyjs/runner';
import { sql } from 'drizzle-orm';
import { Bot } from 'grammy';
import type { Update } from 'grammy/types';
import { connect } from '../../../src/db/connect.ts';
import { inbox } from '../../../src/db/schema.ts';

/*
 * The controls: how updates are handled in many a bot. By WAY:
 *  - `at once`: what comes through the webhook is handled, and what comes again is handled again;
 *  - `places`: grammY's runner with a hundred places, and its order of the updates of one person;
 *  - `counted after`, `counted in a crowd`: an inbox in the database, where a try is counted when it is over, or for all that
 *    are tried together before; after three an update is a dead letter.
 */
const { BOT_TOKEN = '', TELEGRAM_API_ROOT = '', DATABASE_URL = '', PORT = '0', WAY = 'at once' } = process.env;
process.on('disconnect', () => process.exit());

type Call = { method: string; headers: Record<string, string>; body: string };
const bot = new Bot(BOT_TOKEN, {
  client: {
    apiRoot: TELEGRAM_API_ROOT,
    fetch: ((url: string, { method, headers, body }: Call) => fetch(url, { method, headers, body })) as never,
  },
});
if (WAY === 'places') bot.use(sequentialize((ctx) => String(ctx.from?.id)));
bot.on(
  'message:text',
  async (ctx) => void (await ctx.reply(ctx.message.text.startsWith('/') ? 'help' : ctx.message.text)),
);
bot.on('message', (ctx) => ctx.reply(ctx.message.from.first_name.toUpperCase()));
bot.on('callback_query', (ctx) => ctx.answerCallbackQuery().catch(() => undefined));
await bot.init();

if (WAY === 'at once') {
  createServer((request, response) => {
    void json(request).then((update) => bot.handleUpdate(update as Update));
    response.end();
  }).listen(Number(PORT));
}

if (WAY === 'places') run(bot, { sink: { concurrency: 100 } });

if (WAY.startsWith('counted')) {
  const { db } = connect(DATABASE_URL);
  const count = (ids: number[]) =>
    db.execute(sql`update inbox set attempts = attempts + 1 where update_id = any(${sql.param(ids)}::bigint[])`);
  const before = WAY === 'counted in a crowd';
  const poll = async () => {
    for (let offset = 0; ;) {
      for (const update of await bot.api.getUpdates({ offset, timeout: 1 }).catch(() => [])) {
        const row = { updateId: update.update_id, payload: update, userId: update.message?.from.id };
        await db
          .insert(inbox)
          .values({ ...row, receivedAt: Temporal.Now.instant() })
          .onConflictDoNothing();
        offset = update.update_id + 1;
      }
    }
  };
  void poll();
  for (;;) {
    await db.execute(sql`
      with dead as (update inbox set done_at = now() where done_at is null and attempts >= 3 returning *)
      insert into dead_letter select update_id, payload, user_id, 'failed', attempts, now() from dead`);
    const open = await db.execute<{ id: number; payload: Update }>(
      sql`select update_id as id, payload from inbox where done_at is null order by update_id limit 100`,
    );
    if (before) await count(open.map(({ id }) => id));
    await Promise.all(
      open.map(async ({ id, payload }) => {
        await bot.handleUpdate(payload).catch(() => undefined);
        if (!before) await count([id]);
        await db.execute(sql`update inbox set done_at = now() where update_id = ${id}`);
      }),
    );
    if (open.length === 0) await new Promise((resolve) => setTimeout(resolve, 50));
    process.send?.('at work');
  }
}
process.send?.('at work');
