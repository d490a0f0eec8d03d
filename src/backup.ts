import { existsSync } from 'node:fs';
import { mkdir, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { redact } from './bot/log.ts';
import { parseConfig } from './config.ts';
import { connect } from './db/connect.ts';
import { reachEmbedded } from './db/embedded.ts';
import { serverVersion } from './db/migrate.ts';
import { dump, findPrograms } from './db/programs.ts';

/**
 * `npm run backup [file]`: the bot's database into a file in pg_dump's custom format, while the bot goes on. Without a name,
 * into DATA_DIR/backups.
 */
async function backup(): Promise<string> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = parseConfig(process.env);
  const name = `bilim-${Temporal.Now.instant().round('second').toString().replaceAll(':', '')}.dump`;
  const [given] = process.argv.slice(2);
  // npm runs us in the project's folder, whatever folder the name was typed in.
  const file = given ? resolve(process.env.INIT_CWD ?? '.', given) : resolve(config.DATA_DIR, 'backups', name);
  if (existsSync(file)) throw new Error(`${file} is there already: give another name, or remove it.`);

  const embedded = config.DATABASE_URL ? null : await reachEmbedded(join(config.DATA_DIR, 'bot'));
  try {
    const url = config.DATABASE_URL ?? embedded!.url;
    const instead = embedded
      ? `stop the bot and copy the folder ${config.DATA_DIR}/bot`
      : 'run pg_dump -Fc where the server is (in compose.yaml: tools)';
    const programs = await findPrograms(await majorOf(url), instead);
    await mkdir(dirname(file), { recursive: true, mode: 0o700 });
    await dump(programs, url, file);
  } finally {
    await embedded?.stop();
  }
  const { size } = await stat(file);
  return `Backup written: ${file} (${(size / 1e6).toFixed(1)} MB). It holds personal data: keep it where only you can read it.`;
}

async function majorOf(url: string): Promise<number> {
  const { db, close } = connect(url, { max: 1 });
  try {
    return Math.floor((await serverVersion(db)) / 10_000);
  } finally {
    await close();
  }
}

// Ctrl-C ends pg_dump, and that we clean up after.
process.on('SIGINT', () => {});
try {
  process.stdout.write(`${await backup()}\n`);
} catch (error) {
  process.stderr.write(`${redact(error instanceof Error ? error.message.split('\n')[0]! : String(error))}\n`);
  process.exitCode = 1;
}
