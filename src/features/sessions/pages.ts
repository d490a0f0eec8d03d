import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Context, Hono } from 'hono';
import QRCode from 'qrcode';
import { formatWhen } from '../../bot/format/dates.ts';
import { html, type Html } from '../../bot/html.ts';
import { startLink } from '../../bot/link.ts';
import type { Deps } from '../../bot/context.ts';
import { languageOf, pageHeaders } from '../../bot/web.ts';
import { cityOf, text } from '../../programme.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { checkInTimes } from './attended.ts';
import { calendarOf } from './calendar.ts';
import { codeOf, readScreen, slotAt, SLOT } from './checkin.ts';
import { calendarEntries, ownerOf } from './feed-store.ts';
import { countPresent, findSession, type Session } from './store.ts';

const FOLDER = join(import.meta.dirname, 'page');
const TYPES = { 'screen.js': 'text/javascript; charset=utf-8', 'sessions.css': 'text/css; charset=utf-8' } as const;

/**
 * The screen of a session, with the code that changes, and somebody's calendar. Who knows the address sees what is behind it
 * and nothing else: of a session its name and a number, of a person their own agenda.
 */
export function sessionPages(deps: Deps): (http: Hono) => void {
  const { db, clock, config, i18n, programme } = deps;

  async function sessionAt(token: string): Promise<{ one: Session; event: Event } | null> {
    const id = readScreen(deps, token);
    const one = id === null ? null : await findSession(db, id);
    const event = one && (await findEvent(db, one.eventId));
    return one && event ? { one, event } : null;
  }

  async function screen(c: Context): Promise<Response> {
    const found = await sessionAt(c.req.param('token') ?? '');
    if (!found) return c.notFound();
    const { one, event } = found;
    const lang = languageOf(c.req.header('Accept-Language'), programme.languages) ?? programme.defaultLanguage;
    const t = i18n.t(lang);
    const show = (at: Temporal.Instant) => formatWhen(lang, at, event.zone, cityOf(programme, event.zone, lang));
    const { from, until } = checkInTimes(one);
    const words = {
      offline: t('sessions:screen_offline'),
      early: t('sessions:screen_early', { from: show(from) }),
      late: t('sessions:screen_late', { until: show(until) }),
      cancelled: t('sessions:cancelled'),
    };
    return c.html(
      page(lang, wording(one, t).title, [
        html`<body class="screen" data-words="${JSON.stringify(words)}">
<header><p>${wording(event, t).title}</p><h1>${wording(one, t).title}</h1></header>
<main><div id="code" role="img" aria-label="QR"></div><p id="say">…</p></main>
<footer><p>${t('sessions:screen_how')}</p><p><b id="count">…</b> ${t('sessions:screen_present')}</p></footer>
<script src="/screen/page/screen.js" defer></script></body>`,
      ]),
    );
  }

  /**
   * What the screen asks for every few seconds. With the code that is next, so that one answer that a weak network loses leaves no
   * gap; who has the address of the screen could wait for that one as well.
   */
  async function state(c: Context): Promise<Response> {
    const found = await sessionAt(c.req.param('token') ?? '');
    if (!found) return c.notFound();
    const { one, event } = found;
    const now = clock.now();
    const { from, until } = checkInTimes(one);
    const phase =
      one.cancelledAt || event.status !== 'published'
        ? 'cancelled'
        : Temporal.Instant.compare(now, from) < 0
          ? 'early'
          : Temporal.Instant.compare(now, until) > 0
            ? 'late'
            : 'open';
    const count = (await countPresent(db, event.id)).get(one.id) ?? 0;
    if (phase !== 'open') return c.json({ phase, count, left: 0, codes: [] });
    const slot = slotAt(now);
    const codes = await Promise.all(
      [slot, slot + 1].map((at) => qr(startLink(deps, `checkin_${codeOf(deps, one.id, at)}`))),
    );
    return c.json({ phase, count, left: (slot + 1) * SLOT * 1000 - now.epochMilliseconds, codes });
  }

  /** For people: how to follow it. */
  async function calendarPage(c: Context): Promise<Response> {
    const token = c.req.param('token') ?? '';
    const person = await ownerOf(db, token);
    if (!person) return c.notFound();
    const t = i18n.t(person.language);
    const { address } = feedAddresses(config.PUBLIC_URL!, token);
    return c.html(
      page(person.language, t('sessions:your_calendar'), [
        html`<body><main class="text"><h1>${t('sessions:your_calendar')}</h1>
<p>${t('sessions:page_phone')}</p>
<p><a class="button" href="${address.replace(/^https?:/, 'webcal:')}">${t('sessions:subscribe')}</a></p>
<p>${t('sessions:page_google')}</p>
<p><code>${address}</code></p>
<p>⚠️ ${t('sessions:keep_secret')}</p></main></body>`,
      ]),
    );
  }

  async function calendar(c: Context, token: string): Promise<Response> {
    const person = await ownerOf(db, token);
    if (!person) return c.notFound();
    const t = i18n.t(person.language);
    const name = text(programme, programme.name.short, person.language);
    const body = calendarOf(await calendarEntries(db, person, clock.now()), name, { t, deps });
    const tag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    const about = { ETag: tag, 'Cache-Control': 'private, no-cache', 'Content-Type': 'text/calendar; charset=utf-8' };
    const known = (c.req.header('If-None-Match') ?? '').split(',').map((one) => one.trim().replace(/^W\//, ''));
    if (known.includes(tag) || known.includes('*')) return c.body(null, 304, about);
    return c.body(body, 200, { ...about, 'Content-Disposition': 'inline; filename="bilim.ics"' });
  }

  return (http) => {
    // Bilim has no address for browsers to know.
    if (config.PUBLIC_URL === undefined) return;
    // The address is a secret, and a code is of use for a minute.
    http.use('/screen/*', pageHeaders({ kept: 'no-store', scripts: true }));
    http.use('/calendar/*', pageHeaders({ kept: 'no-store' }));
    http.get('/screen/page/:name', (c) => {
      const name = c.req.param('name') as keyof typeof TYPES;
      if (!Object.hasOwn(TYPES, name)) return c.notFound();
      const about = { 'Content-Type': TYPES[name], 'Cache-Control': 'public, max-age=3600' };
      return c.body(readFileSync(join(FOLDER, name), 'utf8'), 200, about);
    });
    http.get('/screen/:token/state', (c) => state(c));
    http.get('/screen/:token', (c) => screen(c));
    http.get('/calendar/:token', (c) => {
      const token = c.req.param('token');
      return token.endsWith('.ics') ? calendar(c, token.slice(0, -'.ics'.length)) : calendarPage(c);
    });
  };
}

export function feedAddresses(origin: string, token: string): { page: string; address: string } {
  return { page: `${origin}/calendar/${token}`, address: `${origin}/calendar/${token}.ics` };
}

function qr(link: string): Promise<string> {
  return QRCode.toString(link, { type: 'svg', margin: 2, errorCorrectionLevel: 'M' });
}

function page(lang: string, title: string, body: Html[]): string {
  return html`<!doctype html>
<html lang="${lang}">
<head><meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<title>${title}</title>
<link rel="stylesheet" href="/screen/page/sessions.css"></head>
${body}
</html>
`.html;
}
