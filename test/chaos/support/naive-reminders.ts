import { sql } from 'drizzle-orm';
import { connect } from '../../../src/db/connect.ts';
import type { Command } from './bot.ts';

/*
 * The control: reminders as many a bot has them. A timer looks what fell due since it last looked, sends it, and remembers
 * in memory what it has sent.
 */
const { DATABASE_URL = '', TELEGRAM_API_ROOT = '', BOT_TOKEN = '', NAME = 'naive' } = process.env;
const { db } = connect(DATABASE_URL, { applicationName: NAME });
let offset = Number(process.env.CLOCK ?? 0);
process.on('message', ({ clock }: Command) => (offset = clock ?? offset));
process.on('disconnect', () => process.exit());

const now = () => Temporal.Now.instant().add({ milliseconds: offset });
const sent = new Set<string>();
let last = now();
let busy = false;

async function look(): Promise<void> {
  if (busy) return;
  busy = true;
  const until = now();
  const due = await db.execute<{ chat: number; event: number; minutes: number }>(sql`
    select person.telegram_id as chat, event.id as event, minutes
    from registration join event on event.id = event_id join person on person.id = person_id,
      unnest(event.reminder_offsets) as minutes
    where event.begins_at - minutes * interval '1 minute' > ${last.toString()}::timestamptz
      and event.begins_at - minutes * interval '1 minute' <= ${until.toString()}::timestamptz`);
  last = until;
  for (const { chat, event, minutes } of due) {
    const key = `${chat} ${event} ${minutes}`;
    if (sent.has(key)) continue;
    sent.add(key);
    await fetch(`${TELEGRAM_API_ROOT}/bot${BOT_TOKEN}/sendMessage`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ chat_id: chat, text: 'Your event begins soon', allow_paid_broadcast: true }),
    });
  }
  busy = false;
}

setInterval(() => void look(), 100);
process.send?.('at work');
