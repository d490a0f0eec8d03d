import { Writable } from 'node:stream';
import { eq, sql } from 'drizzle-orm';
import { test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import {
  conversation,
  draft,
  directorySearch,
  event,
  eventText,
  inbox,
  message,
  registration,
  person,
  announcement,
} from '../../src/db/schema.ts';
import { createEvent, seat } from '../support/events.ts';
import { register, answerProfile } from '../support/register.ts';
import { pressAny } from '../support/press.ts';
import { createWorld, ROOT, TOKEN } from '../support/world.ts';
import { setTimeout as sleep } from 'node:timers/promises';

function capture() {
  let text = '';
  const log = createLog('trace', new Writable({ write: (chunk, _, done) => (done(), void (text += String(chunk))) }));
  return { log, written: () => text };
}
const L = (...a: unknown[]) => console.log('>>', ...a);

test('agree twice, no payload', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const u = w.telegram.user({ language_code: 'en' });
  await u.send('/start');
  await u.press({ data: /^lang:en/ });
  const mid = u.last().message_id;
  const upd = (id: number) => ({
    update_id: id,
    callback_query: {
      id: 'x' + id,
      from: u.user,
      chat_instance: '1',
      data: `agree:en`,
      message: { message_id: mid, date: 5, text: 'x', chat: { id: u.id, type: 'private' as const, first_name: 'x' } },
    },
  });
  await w.app.receive([upd(5000001) as never]);
  L('first', u.last().text.slice(0, 60));
  await w.app.receive([upd(5000002) as never]);
  L('second', u.last().text.slice(0, 90));
});

test('answerCallbackQuery fails after all is done', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const u = await w.arrive('en');
  await u.send('/settings');
  w.telegram.fail({ method: 'answerCallbackQuery', cut: true });
  await u.press(/Reminders/);
  L(
    u
      .texts()
      .slice(-2)
      .map((t) => t.slice(0, 60)),
  );
});

// every press route × bad ids
test('matrix', async () => {
  const { log, written } = capture();
  const w = await createWorld({}, log);
  const e = await createEvent(w);
  const u = await w.arrive('en');
  await register(u, e);
  const o = await w.owner();
  const names = [
    'event',
    'register',
    'wait',
    'cant_come',
    'give_up',
    'resume',
    'drop',
    'f',
    'lang',
    'agree',
    'decline',
    'languages',
    'home',
    'help',
    'events',
    'my',
    'materials',
    'material',
    'directory',
    'found',
    'alumni_from',
    'alumni_for',
    'alumna',
    'contact',
    'accept_contact',
    'decline_contact',
    'list_me',
    'hide_me',
    'directory_countries',
    'directory_expertise',
    'find_alumni',
    'feedback',
    'survey',
    'settings',
    'zones',
    'zone',
    'quiet',
    'quiet_set',
    'topic',
    'profile',
    'edit_profile',
    'mydata',
    'erase',
  ];
  const org = [
    'organize',
    'new_event',
    'edit_event',
    'edit_texts',
    'manage',
    'publish',
    'share',
    'participants',
    'export',
    'attendance',
    'attend_all',
    'attend',
    'invite_organizer',
    'organizers',
    'remove_organizer',
    'drop_organizer',
    'add_material',
    'event_materials',
    'remove_material',
    'delete_material',
    'new_poll',
    'polls',
    'poll',
    'close_poll',
    'results',
    'survey_results',
    'comments',
    'announce',
    'announce_to',
    'announce_edit',
    'announce_send',
    'announce_discard',
    'announcement',
    'announcements',
    'move',
    'seats',
    'call_off',
    'call_off_now',
  ];
  const args = [
    '',
    ':',
    ':abc',
    ':-1',
    ':0',
    ':1e3',
    ':0x10',
    ':99999999999999999999',
    ':9223372036854775808',
    ':1.5',
    ':NaN',
    ':%00',
    ':1:2:3:4:5',
    ':1:-5',
    ':1:99999999999999999999',
    ':1:abc:def:ghi',
    ':Infinity',
    ': 1 ',
    ':__proto__',
    ':constructor',
  ];
  const bad: Record<string, string[]> = {};
  for (const [who, list] of [
    [u, names],
    [o, [...names, ...org]],
  ] as const)
    for (const n of list)
      for (const a of args) {
        if (n === 'f') continue;
        const before = written().length;
        await pressAny(w, who, n + a);
        const err = written().slice(before);
        if (/update failed/.test(err)) {
          const m =
            /"message":"([^"]*)/.exec(err)?.[1]?.slice(0, 60) +
            ' | ' +
            (/"cause":\{"message":"([^"]*)/.exec(err)?.[1] ?? '');
          (bad[n + ' ' + (who === u ? 'P' : 'O')] ??= []).push(a + ' => ' + m);
        }
      }
  for (const a of [
    'f:99999999999999999999:1:o:x',
    'f:1:1:',
    'f:abc',
    'f:1:999999999999999999999:o:x',
    'f:1:NaN:o',
    'f:0:0:b',
  ]) {
    const before = written().length;
    await pressAny(w, u, a);
    if (/update failed/.test(written().slice(before))) (bad.f ??= []).push(a);
  }
  for (const a of [
    'event_',
    'event_x',
    'invite_',
    'invite_x',
    '__proto__',
    'constructor_x',
    'checkin_x',
    'event_' + 'x'.repeat(58),
  ]) {
    const before = written().length;
    await u.send('/start ' + a);
    if (/update failed/.test(written().slice(before))) (bad.start ??= []).push(a);
  }
  L('ROUTES', Object.keys(bad).join(' | '));
  for (const [k, v] of Object.entries(bad)) for (const x of v) if (!/22P02|22003/.test(x)) L(k, x);
}, 200_000);

test('conversation rows and inbox for a stranger who declines', async () => {
  const w = await createWorld({ LOG_LEVEL: 'silent' });
  const u = w.telegram.user({ language_code: 'en', first_name: 'Secretname' });
  await u.send('/start');
  await u.press({ data: /^lang:en/ });
  await u.press(/decline|not agree/i).catch((x) => L(x.message));
  await u.send('hello');
  L('conv', await w.db.select().from(conversation), 'inbox', await w.db.select().from(inbox));
});
