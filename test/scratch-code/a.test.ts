import { Writable } from 'node:stream';
import { eq, sql } from 'drizzle-orm';
import { test, vi } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { event, eventText, inbox, message, registration, person } from '../../src/db/schema.ts';
import { createEvent, seat } from '../support/events.ts';
import { register, answerProfile } from '../support/register.ts';
import { pressAny } from '../support/press.ts';
import { createWorld } from '../support/world.ts';

function capture() {
  let text = '';
  const log = createLog('trace', new Writable({ write: (chunk, _, done) => (done(), void (text += String(chunk))) }));
  return { log, written: () => text };
}
const L = (...a: unknown[]) => console.log('>>', ...a);

test('40 events', async () => {
  const { log, written } = capture();
  const w = await createWorld({}, log);
  const a = await w.arrive('en');
  for (let i = 0; i < 40; i++)
    await createEvent(w, {
      texts: { en: `Workshop on digital public services and open data, part ${i}` },
      link: 'https://zoom.us/j/1234567890?pwd=abcdefghijklmnopqrstuvwxyz',
    });
  await a.send('/events');
  L('events 40:', a.last().text.slice(0, 80), '|', /too long/.test(written()));
  for (let i = 1; i <= 30; i++) await seat(w, { id: i }, a);
  await a.send('/my');
  L('my 30:', a.last().text.slice(0, 80));
  const o = await w.owner();
  await o.send('/announce');
  L(o.last().text.slice(0, 60));
  await o.press({ data: /:o:en$/ });
  await o.press({ data: /:o:\.$/ });
  await o.send('hello');
  await o.press({ data: /:o:event$/ });
  await o.press({ data: /:o:\.$/ });
  L('announce event:', o.last().text.slice(0, 100));
  await o.send('x');
  L('announce event again:', o.last().text.slice(0, 100));
});

test('how many events until fail', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const a = await w.arrive('en');
  let n = 0;
  for (;;) {
    n++;
    await createEvent(w, { texts: { en: `Workshop on digital public services and open data, part ${n}` } });
    await a.send('/events');
    if (/went wrong/.test(a.last().text)) break;
    if (n > 60) break;
  }
  L('fails at', n, 'with 60-char titles');
});

test('start payloads', async () => {
  const { log, written } = capture();
  const w = await createWorld({}, log);
  const u = w.telegram.user({ language_code: 'en' });
  await u.open('a'.repeat(64));
  L('64 payload stranger:', u.last()?.text.slice(0, 100));
  await u.send('/start ' + 'я'.repeat(40));
  L('unicode payload:', u.last()?.text.slice(0, 100));
  const b = await w.arrive('en');
  await b.send('/start ' + 'я'.repeat(400));
  L('known person:', b.last()?.text.slice(0, 100));
  L(written().match(/"msg":"[^"]*"/g), written().slice(0, 400));
});

test('agree twice', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const e = await createEvent(w);
  const u = w.telegram.user({ language_code: 'en' });
  await u.open(`event_${e.code}`);
  await u.press({ data: new RegExp('^lang:en') });
  const id = u.last().message_id;
  await u.press({ data: /^agree:en/ }, { message: id });
  L(u.texts().length, u.last().text.slice(0, 60));
  await pressAny(w, u, `agree:en:event_${e.code}`);
  L('2nd agree:', u.last().text.slice(0, 90));
});

test('drop thrice', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const e = await createEvent(w);
  const u = await w.arrive('en');
  await u.open(`event_${e.code}`);
  await u.press('Register');
  await u.send('/cancel');
  const id = u.last().message_id;
  const d = (u.last() as any).buttons;
  L(d);
  for (let i = 0; i < 3; i++) {
    await pressAny(w, u, 'drop:1');
    L('drop', i, u.last().text.slice(0, 80));
  }
});

test('give up after attended', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const e = await createEvent(w);
  const u = await w.arrive('en');
  await register(u, e);
  const o = await w.owner();
  w.clock.set(e.endsAt.add({ hours: 1 }));
  await pressAny(w, o, 'attend_all:' + e.id);
  L((await w.db.select().from(registration)).map((r) => [r.status, r.attended]));
  await pressAny(w, u, 'give_up:' + e.id);
  L(
    'after',
    (await w.db.select().from(registration)).map((r) => [r.status, r.attended]),
    u.last().text,
  );
  await w.tick();
  L(
    'messages',
    (await w.db.select().from(message)).map((m) => [m.kind, m.state, m.error]),
  );
});

test('NUL in callback', async () => {
  const { log, written } = capture();
  const w = await createWorld({}, log);
  const u = await w.arrive('en');
  const upd = (id: number, data: string) => ({
    update_id: id,
    callback_query: {
      id: 'x' + id,
      from: u.user,
      chat_instance: '1',
      data,
      message: { message_id: 1, date: 0 as const, chat: { id: u.id, type: 'private' as const, first_name: 'x' } },
    },
  });
  await w.app.receive([upd(5000001, 'events'), upd(5000002, 'a\u0000b')]).then(
    () => L('ok'),
    (e) => L('receive rejects:', e.message.slice(0, 60), '| cause', e.cause?.message),
  );
  L(
    'inbox has both?',
    (
      await w.db
        .select()
        .from(inbox)
        .where(sql`update_id > 5000000`)
    ).length,
  );
  log.error({ error: await w.app.receive([upd(5000003, 'name Асанова \u0000')]).catch((e) => e) }, 'polling');
  L('leaks:', /Асанова/.test(written()), written().slice(-900));
});
