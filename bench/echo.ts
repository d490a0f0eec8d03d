import { run } from '@grammyjs/runner';
import { Bot } from 'grammy';

// The yardstick: a bot that does nothing but answer, with grammY's own runner. No database, no order, no promise.
const bot = new Bot(process.env.BOT_TOKEN!, { client: { apiRoot: process.env.TELEGRAM_API_ROOT! } });
bot.on('message', (ctx) => ctx.reply('echo'));
run(bot);
