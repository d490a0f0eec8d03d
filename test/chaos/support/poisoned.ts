import process from 'node:process';

/*
 * A bot in which the answer to one person ends the process, as an endless loop or a lack of memory would. POISON: their
 * Telegram id; PROGRAM: the bot. The apology passes.
 */
const { POISON, PROGRAM = './bot.ts' } = process.env;
const call = globalThis.fetch;
globalThis.fetch = (input, init) => {
  const body = typeof init?.body === 'string' ? init.body : '';
  if (body.includes(`"chat_id":${POISON}`) && !body.includes('Something went wrong'))
    process.kill(process.pid, 'SIGKILL');
  return call(input, init);
};
await import(PROGRAM);
