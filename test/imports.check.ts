import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative } from 'node:path';

/*
 * The directions of imports: main, playground -> app -> features -> forms, delivery, bot -> db. Run by `npm run imports`.
 * A rule of our own instead of a dependency checker's configuration: the house fits on this page.
 */

const SRC = join(import.meta.dirname, '../src');

/** What a room may import, besides itself. A file directly in src/ is a room of its own. */
const MAY: Record<string, string[]> = {
  db: [],
  names: [],
  programme: [],
  'programme.ts': ['programme'],
  'config.ts': [],
  bot: ['db', 'programme.ts', 'config.ts'],
  delivery: ['db', 'bot'],
  forms: ['db', 'bot', 'names', 'programme.ts'],
  features: ['forms', 'delivery', 'bot', 'db', 'names', 'programme.ts', 'config.ts'],
  'http.ts': ['bot', 'config.ts'],
  'app.ts': ['features', 'forms', 'delivery', 'bot', 'db', 'programme.ts', 'config.ts', 'http.ts'],
  'database.ts': ['db', 'config.ts'],
  'backup.ts': ['db', 'bot', 'config.ts'],
  'restore.ts': ['features', 'database.ts', 'db', 'bot', 'config.ts'],
  'seed.ts': ['playground', 'database.ts', 'bot', 'db', 'programme.ts', 'config.ts'],
  playground: ['app.ts', 'features', 'forms', 'bot', 'db', 'names', 'programme.ts', 'config.ts', 'database.ts'],
  // The playground only behind the switch that looks for a token, and only by a dynamic import.
  'main.ts': ['app.ts', 'bot', 'config.ts', 'database.ts', 'programme.ts', 'playground'],
};

const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.ts'));
const problems: string[] = [];

for (const file of files) {
  const text = readFileSync(join(SRC, file), 'utf8');
  const room = file.split('/')[0]!;
  if (!(room in MAY)) problems.push(`${file}: this room has no rule in test/imports.check.ts`);
  for (const [, specifier] of text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+\.ts)'/g)) {
    const target = relative(SRC, join(SRC, dirname(file), specifier!));
    const [targetRoom, feature] = target.split('/');
    if (targetRoom === room) {
      const own = file.split('/')[1];
      // A feature uses another only through its face: stores, views, questions, seats, and people named by others.
      const face = /\/(feature|store|messages|questions|seats|named)\.ts$/.test(target);
      if (room === 'features' && own !== feature && !face) problems.push(`${file} reaches into ${target}`);
      continue;
    }
    if (!MAY[room]?.includes(targetRoom!)) problems.push(`${file} must not import ${target}`);
    if (room === 'main.ts' && targetRoom === 'playground' && !text.includes(`await import('${specifier}')`))
      problems.push(`${file} must import ${target} only when there is no token`);
  }
  const bare = room !== 'db' && /from 'postgres'/.test(text);
  if (bare) problems.push(`${file}: postgres.js is safe only behind db/postgres.ts`);
}

for (const problem of problems) console.error(problem);
console.log(`imports: ${files.length} files, ${problems.length} problems`);
process.exit(problems.length > 0 ? 1 : 0);
