import { existsSync } from 'node:fs';
import { redact } from './bot/log.ts';
import { parseConfig } from './config.ts';
import { openDatabase } from './database.ts';
import { seedDemo, type Seeding } from './playground/demo.ts';
import { loadProgramme } from './programme.ts';

/** `npm run seed`: the demo into the database of DATABASE_URL, or into the playground's. Never into one with people. */
async function seed(): Promise<Seeding> {
  if (existsSync('.env')) process.loadEnvFile('.env');
  const config = parseConfig(process.env);
  const programme = loadProgramme(config.PROGRAMME_FILE);
  const connection = await openDatabase(config, 'playground');
  try {
    return await seedDemo(connection.db, programme, Temporal.Now.instant());
  } finally {
    await connection.close();
  }
}

try {
  const seeding = await seed();
  switch (seeding.kind) {
    case 'seeded':
      process.stdout.write(`The demo is in the database: ${seeding.people} people, ${seeding.events} events.\n`);
      break;
    case 'not empty':
      process.stderr.write('The database knows people or events already: the demo goes only into an empty one.\n');
      process.exitCode = 1;
  }
} catch (error) {
  process.stderr.write(`${redact(error instanceof Error ? error.message.split('\n')[0]! : String(error))}\n`);
  process.exitCode = 1;
}
