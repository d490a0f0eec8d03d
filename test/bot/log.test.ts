import { Writable } from 'node:stream';
import { GrammyError, HttpError } from 'grammy';
import { expect, test } from 'vitest';
import { createLog } from '../../src/bot/log.ts';
import { createEvent } from '../support/events.ts';
import { register } from '../support/register.ts';
import { createWorld, TOKEN } from '../support/world.ts';

function capture() {
  let text = '';
  const log = createLog('trace', new Writable({ write: (chunk, _, done) => (done(), void (text += String(chunk))) }));
  return { log, written: () => text };
}

test('a token in an error is cut out', () => {
  const { log, written } = capture();
  const url = `https://api.telegram.org/bot${TOKEN}/sendMessage`;
  log.error({ error: new HttpError('Network request failed', new Error(`request to ${url} failed`)) }, `at ${url}`);
  expect(written()).toContain('Network request failed');
  expect(written()).toContain('<token>');
  expect(written()).not.toContain(TOKEN);
});

test('what a person wrote is not logged with the call that failed', () => {
  const { log, written } = capture();
  const refusal = { ok: false as const, error_code: 400, description: 'Bad Request: message is too long' };
  log.error({ error: new GrammyError('Call failed', refusal, 'sendMessage', { text: 'Асанова Айпери' }) });
  expect(written()).toContain('message is too long');
  expect(written()).not.toContain('Асанова');
});

test('what PostgreSQL quotes of a value is not logged', async () => {
  const { log, written } = capture();
  const { database } = await createWorld();
  const error = await database.pool
    .unsafe(`insert into event_text (event_id, language, title) values (1, 'en', 'Асанова')`)
    .catch((reason: unknown) => reason);
  log.error({ error: new Error('Failed query', { cause: error }) });
  expect(written()).toContain('PostgresError 23503 event_text');
  expect(written()).not.toContain('Асанова');
});

test('a whole registration, with everything going wrong that can, leaves no personal data in the log', async () => {
  const { log, written } = capture();
  const world = await createWorld({ LOG_LEVEL: 'trace' }, log);
  const event = await createEvent(world);
  const aiperi = await world.arrive('ky', { first_name: 'Айпери', username: 'aiperi_a' });
  world.telegram.fail({
    method: 'editMessageText',
    error_code: 400,
    description: 'Bad Request: message to edit not found',
  });
  await register(aiperi, event);
  world.telegram.fail({ method: 'sendMessage', error_code: 500 });
  await aiperi.send('Менин атым Айпери');
  world.telegram.fail({ method: 'sendMessage', cut: true });
  await aiperi.send('Менин атым Айпери');
  await aiperi.block();
  expect(written()).toContain('update failed');
  for (const secret of ['Айпери', 'Асанова', 'ASANOVA', 'aiperi_a', TOKEN, String(aiperi.id)])
    expect(written(), secret).not.toContain(secret);
});
