import { sql } from 'drizzle-orm';
import { connect } from '../../../src/db/connect.ts';

/*
 * The control: how a queue is worked off in many a bot. Claim, send, mark by id; what was claimed for too long is sent once
 * more; what fails is tried again when its lease is over.
 */
const { DATABASE_URL = '', TELEGRAM_API_ROOT = '', BOT_TOKEN = '', NAME = 'naive' } = process.env;
const { db } = connect(DATABASE_URL, { applicationName: NAME });
process.on('disconnect', () => process.exit());

type Row = { id: number; chat: number };

async function claim(): Promise<Row[]> {
  return db.execute<Row>(sql`
    update message set state = 'claimed', worker = ${NAME}, lease_until = clock_timestamp() + interval '1 second'
    from person
    where person.id = message.person_id and message.id in (
      select id from message
      where state = 'queued' or (state = 'claimed' and lease_until < clock_timestamp())
      order by id limit 50 for update skip locked)
    returning message.id, person.telegram_id as chat`);
}

async function send({ id, chat }: Row): Promise<void> {
  const response = await fetch(`${TELEGRAM_API_ROOT}/bot${BOT_TOKEN}/sendMessage`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ chat_id: chat, text: process.env.TEXT, allow_paid_broadcast: true }),
  });
  const state = response.ok ? 'sent' : response.status === 403 ? 'blocked' : 'queued';
  await db.execute(sql`update message set state = ${state} where id = ${id}`);
}

process.send?.('at work');
for (;;) {
  const rows = await claim();
  const outcomes = await Promise.allSettled(rows.map(send));
  if (rows.length === 0 || outcomes.every(({ status }) => status === 'rejected'))
    await new Promise((resolve) => setTimeout(resolve, 50));
}
