import { autoRetry } from '@grammyjs/auto-retry';
import { run } from '@grammyjs/runner';
import { apiThrottler } from '@grammyjs/transformer-throttler';
import { Bot } from 'grammy';

// What bots do that have no outbox: they loop over the recipients, alone or with grammY's plugins for floods.
const { BOT_TOKEN, TELEGRAM_API_ROOT, WAY, PAID } = process.env;
const bot = new Bot(BOT_TOKEN!, { client: { apiRoot: TELEGRAM_API_ROOT! } });
if (WAY!.includes('throttler')) bot.api.config.use(PAID === 'true' ? apiThrottler({ global: paid() }) : apiThrottler());
if (WAY!.includes('auto-retry')) bot.api.config.use(autoRetry());
bot.on('message', (ctx) => ctx.reply('echo'));
// What Telegram refuses stays undone; without this the first 429 would end the process.
bot.catch(() => undefined);
run(bot);

process.on('message', (recipients: number[]) => void sendToAll(recipients));

async function sendToAll(recipients: number[]): Promise<void> {
  const other = PAID === 'true' ? { allow_paid_broadcast: true } : {};
  const send = (id: number) => bot.api.sendMessage(id, 'Hello', other).catch(() => undefined);
  // The throttler keeps its own queue, so it is given all at once, as its documentation does.
  if (WAY!.includes('throttler')) await Promise.all(recipients.map(send));
  else for (const id of recipients) await send(id);
  process.send!('through');
}

/** The throttler's own setting for 30 a second, at 1,000. */
function paid() {
  return { reservoir: 1000, reservoirRefreshAmount: 1000, reservoirRefreshInterval: 1000 };
}
