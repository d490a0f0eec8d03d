import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Hono } from 'hono';
import type { Ctx, Deps } from '../../bot/context.ts';
import type { Route } from '../../bot/routes.ts';
import { send } from '../../bot/view.ts';
import { languageOf, pageHeaders } from '../../bot/web.ts';
import { codeIn } from './code.ts';
import { findByCode } from './store.ts';
import { checkedPage, checkedView } from './verify-messages.ts';

/**
 * Whoever has the code of a certificate sees what it certifies and whether it is valid: on a page, in the language of their
 * browser, and in the chat, which needs no address. A code is 80 bits by chance, so that nobody finds one by trying, and what
 * is looked up takes the same way whether it is there or not.
 */
export function verifyPages({ db, i18n, programme }: Deps): (http: Hono) => void {
  return (http) => {
    http.use('/verify/*', pageHeaders({ kept: 'private, max-age=60' }));
    http.get('/verify/page.css', (c) => {
      c.header('Cache-Control', 'public, max-age=3600');
      return c.body(readFileSync(join(import.meta.dirname, 'page.css'), 'utf8'), 200, {
        'Content-Type': 'text/css; charset=utf-8',
      });
    });
    http.get('/verify/:code', async (c) => {
      const lang = languageOf(c.req.header('Accept-Language'), programme.languages) ?? programme.defaultLanguage;
      const found = await findByCode(db, codeIn(c.req.param('code')));
      const page = checkedPage(found, { t: i18n.t(lang), lang, programme });
      c.header('Content-Language', lang);
      return c.html(page.html, found ? 200 : 404);
    });
  };
}

/** `/start verify_<code>`, which is in the QR where there is no page, and `/verify <code>` for who types it. */
export function verifyRoutes({ db, programme }: Deps): Route[] {
  async function check(ctx: Ctx, code = ''): Promise<void> {
    const found = await findByCode(db, codeIn(code));
    await send(ctx, checkedView(found, { t: ctx.t, lang: ctx.lang, programme }));
  }
  return [
    { on: 'link', name: 'verify', needs: 'anyone', do: check },
    { on: 'command', name: 'verify', needs: 'anyone', do: check },
  ];
}
