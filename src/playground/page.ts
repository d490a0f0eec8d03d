import { readdirSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { stripTypeScriptTypes } from 'node:module';
import { extname, join } from 'node:path';
import { Hono, type MiddlewareHandler } from 'hono';

const FOLDER = join(import.meta.dirname, 'page');

const TYPES: Record<string, string> = {
  '.html': 'text/html; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.ts': 'text/javascript; charset=utf-8',
};

/** Everything comes from here, nothing is inline: what a person types can't become a script. */
const CSP = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src 'self'",
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

export const headers: MiddlewareHandler = async (c, next) => {
  await next();
  c.header('X-Content-Type-Options', 'nosniff');
  c.header('Referrer-Policy', 'no-referrer');
  if (!c.res.headers.has('Content-Security-Policy')) c.header('Content-Security-Policy', CSP);
  if (!c.res.headers.has('Cache-Control')) c.header('Cache-Control', 'no-store');
};

/** The page at `/` and its files under `/page/`. The browser gets the TypeScript as it is, without its types: no build step. */
export function createPage(): Hono {
  const names = new Set(readdirSync(FOLDER));
  const page = new Hono();
  page.get('/', async (c) => serve(c.body.bind(c), 'index.html'));
  page.get('/page/:name', async (c) => {
    const name = c.req.param('name');
    return names.has(name) ? serve(c.body.bind(c), name) : c.notFound();
  });
  return page;
}

async function serve(respond: (body: string, status: 200, headers: Record<string, string>) => Response, name: string) {
  const source = await readFile(join(FOLDER, name), 'utf8');
  const body = name.endsWith('.ts') ? withoutTypes(source) : source;
  return respond(body, 200, { 'Content-Type': TYPES[extname(name)] ?? 'text/plain' });
}

/**
 * The function warns once that it is experimental, on the console of somebody who only started a playground. Node is
 * pinned, so it is as stable as the rest of the lockfile.
 */
function withoutTypes(source: string): string {
  const { emitWarning } = process;
  process.emitWarning = () => {};
  try {
    return stripTypeScriptTypes(source);
  } finally {
    process.emitWarning = emitWarning;
  }
}
