import { Writable } from 'node:stream';
import { eq, sql, and, isNull } from 'drizzle-orm';
import { test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { conversation, draft, inbox, message, registration, person } from '../../src/db/schema.ts';
import { createEvent, seat } from '../support/events.ts';
import { createWorld } from '../support/world.ts';

const L = (...a: unknown[]) => console.log('>>', ...a);
const lost = () => Object.assign(new Error('no connection to PostgreSQL: probe'), { code: 'CONNECTION_LOST' });

test('kill between any two statements', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const pool = w.database.pool as any;
  const fault = { left: Infinity, mode: 'before', dead: false, count: 0 };
  function gate(run: () => Promise<any>): Promise<any> {
    fault.count++;
    if (fault.dead) return Promise.reject(lost());
    if (--fault.left > 0) return run();
    fault.dead = true;
    if (fault.mode === 'before') return Promise.reject(lost());
    return run().then(() => {
      throw lost();
    });
  }
  const unsafe = pool.unsafe,
    begin = pool.begin;
  pool.unsafe = (...a: any[]) => {
    let arrays = false;
    const p = Promise.resolve().then(() =>
      gate(() => {
        const s = unsafe(...a);
        return arrays ? s.values() : s;
      }),
    );
    return Object.assign(p, {
      values() {
        arrays = true;
        return p;
      },
    });
  };
  pool.begin = (work: any) => gate(() => begin(work));
  const e = await createEvent(w);
  type U = Awaited<ReturnType<typeof w.arrive>>;
  const steps: [string, (u: U) => Promise<unknown>][] = [
    ['open', (u) => u.open(`event_${e.code}`)],
    ['lang', (u) => u.press({ data: /^lang:en/ })],
    ['agree', (u) => u.press({ data: /^agree:en/ })],
    ['register', (u) => u.press({ data: /^register/ })],
    ['name', (u) => u.send('Асанова Айпери')],
    ['latin', (u) => u.send('ASANOVA AIPERI')],
    ['country', (u) => u.press({ data: /:o:KG$/ })],
    ['agency', (u) => u.send('Agency')],
    ['position', (u) => u.send('Boss')],
    ['sex', (u) => u.press({ data: /:o:female$/ })],
    ['skip', (u) => u.press({ data: /:s$/ })],
    ['edit', (u) => u.press({ data: /:e$/ })],
    ['q0', (u) => u.press({ data: /:q:0$/ })],
    ['name2', (u) => u.send('Асанова Айпери Б')],
    ['ok', (u) => u.press({ data: /:ok$/ })],
    ['cant', (u) => u.press({ data: /^cant_come/ })],
    ['giveup', (u) => u.press({ data: /^give_up/ })],
    ['startforms', (u) => u.send('/profile')],
    ['editprofile', (u) => u.press({ data: 'edit_profile' })],
    ['cancel', (u) => u.send('/cancel')],
  ];
  const norm = (s: string) => s.replace(/\d{2}:\d{2}/g, 'T');
  // reference
  const ref: string[] = [];
  const counts: number[] = [];
  {
    const u = w.telegram.user({ language_code: 'en' });
    for (const [, go] of steps) {
      fault.count = 0;
      await go(u);
      counts.push(fault.count);
      ref.push(norm(u.last().text));
    }
  }
  L('statements per step incl. inbox and sender', steps.map(([n], i) => n + ':' + counts[i]).join(' '));
  const wrong = new Map<string, number>();
  for (let k = 0; k < steps.length; k++)
    for (const mode of ['before', 'after'])
      for (let n = 2; n <= counts[k]!; n++) {
        const u = w.telegram.user({ language_code: 'en' });
        for (let i = 0; i < k; i++) await steps[i]![1](u);
        const startTexts = u.texts().length;
        Object.assign(fault, { left: n, mode, dead: false });
        await steps[k]![1](u).catch(() => undefined);
        Object.assign(fault, { left: Infinity, dead: false });
        await w.app.tick();
        await w.app.drain();
        await w.db.execute(
          sql`update message set lease_until = now() - interval '1 hour' where state in ('claimed','sending')`,
        );
        await w.app.drain();
        const got = norm(u.last().text);
        const wentWrong = u
          .texts()
          .slice(startTexts)
          .some((x) => /went wrong/.test(x));
        if (got !== ref[k] || wentWrong) {
          const key = `${steps[k]![0]} ${mode} ${n}: ${wentWrong ? 'WENT WRONG ' : ''}got "${got.slice(0, 60).replace(/\n/g, '/')}" wanted "${ref[k]!.slice(0, 40).replace(/\n/g, '/')}"`;
          wrong.set(key, 1);
        }
        const open = await w.db.select().from(inbox).where(isNull(inbox.doneAt));
        if (open.length) {
          L('inbox left', steps[k]![0], mode, n);
        }
      }
  for (const x of wrong.keys()) L(x);
  L('done', wrong.size);
}, 500_000);
