import { createApp } from '../../../src/app.ts';
import { createLog } from '../../../src/bot/log.ts';
import { parseConfig } from '../../../src/config.ts';
import { connect } from '../../../src/db/connect.ts';
import { loadProgramme } from '../../../src/programme.ts';

/*
 * The bot as main.ts builds it, with a clock that the test moves and without a port, so that five of them may jump through
 * the days. NAME is its name in pg_stat_activity. Its parent hears when it is at work; it ends when the parent does.
 */

/** From the parent. `clock`: ms between the machine's clock and the bot's; `tick`: the planner's minute is over. */
export type Command = { clock?: number; tick?: true };

let offset = Number(process.env.CLOCK ?? 0);
const config = parseConfig(process.env);
const app = createApp({
  config,
  token: config.BOT_TOKEN!,
  programme: loadProgramme(config.PROGRAMME_FILE),
  locales: 'locales',
  connection: connect(config.DATABASE_URL!, { applicationName: process.env.NAME ?? 'bilim', max: 4 }),
  clock: { now: () => Temporal.Now.instant().add({ milliseconds: offset }) },
  log: createLog(config.LOG_LEVEL),
});

process.on('message', ({ clock, tick }: Command) => {
  offset = clock ?? offset;
  if (tick) void app.tick();
});
process.on('disconnect', () => process.exit());

await app.init();
await app.start();
process.send?.('at work');
