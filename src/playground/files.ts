import type { Context } from 'hono';
import { TOKEN } from './stage.ts';
import type { Telegram } from './telegram/index.ts';

/** Shown in the page; everything else is downloaded. Not SVG, which may hold scripts. */
const PICTURES: Record<string, string> = {
  png: 'image/png',
  jpg: 'image/jpeg',
  jpeg: 'image/jpeg',
  webp: 'image/webp',
};

/** A file of the emulated Telegram, asked for like a bot does. */
export async function fileOf(telegram: Telegram, c: Context): Promise<Response> {
  const root = 'http://telegram';
  const id = encodeURIComponent(c.req.param('id') ?? '');
  const asked = await telegram.fetch(`${root}/bot${TOKEN}/getFile?file_id=${id}`);
  const answer = (await asked.json()) as { result?: { file_path: string } };
  if (!answer.result) return c.notFound();
  const path = answer.result.file_path;
  const file = await telegram.fetch(`${root}/file/bot${TOKEN}/${path}`);
  const picture = PICTURES[path.slice(path.lastIndexOf('.') + 1)];
  return c.body(await file.arrayBuffer(), 200, {
    'Content-Type': picture ?? 'application/octet-stream',
    'Content-Disposition': picture ? 'inline' : 'attachment',
    'Content-Security-Policy': "default-src 'none'; sandbox",
  });
}
