import type { Update } from 'grammy/types';
import { seededRandom } from '../../src/playground/telegram/faults.ts';
import { createTelegram } from '../../src/playground/telegram/index.ts';
import { TOKEN } from './world.ts';

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };

/** Data of buttons that are somebody else's, of no row, of no form, too long, or no data at all. */
const PRESSES = [
  'f:1:1:ok',
  'f:999999:1:o:KZ',
  'f:x:y:z',
  'resume:1',
  'register:0',
  'event:-1',
  'release:1:2',
  'erase_now:',
  'page:1e9',
];
const WORDS = [
  '',
  '\0',
  '\uD800',
  '/',
  '/start ',
  '/start event_',
  '/erase@other_bot',
  '<b>&',
  "'; drop table person; --",
  '\u202E',
  '🇰🇿',
];

/** One update of each kind, as Telegram sends them, of somebody who does whatever one can do in a chat. */
export async function everyKind(): Promise<Update[]> {
  const telegram = createTelegram({ token: TOKEN });
  const updates: Update[] = [];
  telegram.onUpdate = async (update) => void updates.push(update);
  const someone = telegram.user({ username: 'someone', language_code: 'ru' });
  await someone.open('event_abc');
  await someone.send('Асанова Айпери <b>', { reply_to: 1 });
  await someone.send('/help');
  await someone.sendDocument({ file_name: 'a.pdf', size: 9000 });
  await someone.sendPhoto();
  await someone.sendVideo();
  await someone.sendVoice();
  await someone.sendSticker();
  await someone.sendContact();
  await someone.sendLocation(51, 71);
  const group = await telegram.group({ title: 'Cohort', members: [someone] });
  await group.send(someone, '/start@bilim_bot');
  await someone.block();
  const { from: user, chat } = updates[0]!.message!;
  const message = { message_id: 1, date: 0 as const, chat };
  const press = (data: string) => ({ callback_query: { id: '1', from: user, chat_instance: '1', message, data } });
  const vote = { poll_id: '1', user, option_ids: [0], option_persistent_ids: [] };
  return [
    ...updates,
    ...PRESSES.map((data) => ({ update_id: 1, ...press(data) })),
    { update_id: 1, poll_answer: vote },
  ];
}

/**
 * So many updates like no other: what is there is missing, of another type, huge, or of a kind that nobody knows. `from`: the
 * people they come from, in turn, as far as that is still legible. Their numbers begin with `first`.
 */
export function fuzz(
  kinds: Update[],
  { count, first, from, seed }: { count: number; first: number; from: number[]; seed: number },
) {
  const random = seededRandom(seed);
  const any = <T>(all: readonly T[]): T => all[Math.floor(random() * all.length)]!;
  const strange = (): Json =>
    any<() => Json>([
      () => null,
      () => any([0, -1, 1e15, 2 ** 53, 1e308, 0.5]),
      () => random() < 0.5,
      () => any(WORDS),
      () => 'ы'.repeat(Math.floor(random() * 20_000)),
      () => [],
      () => Array.from({ length: 1000 }, () => any(WORDS)),
      () => ({}),
      () => ({ toString: 'x', length: -1, constructor: null }),
    ])();

  /** Changes something at one place. */
  function mutate(value: Json): Json {
    if (value === null || typeof value !== 'object') return strange();
    const keys = Object.keys(value);
    const key = any(keys);
    if (key === undefined || random() < 0.1) return strange();
    const copy = structuredClone(value) as Record<string, Json>;
    const what = random();
    if (what < 0.2) delete copy[key];
    else if (what < 0.3)
      copy[any(['id', 'from', 'chat', 'text', 'data', 'message', '__proto__', 'entities'])] = strange();
    else copy[key] = mutate(copy[key]!);
    return copy;
  }

  /** As text, so that the numbers of people and queries change wherever they stand. */
  const owner = kinds[0]!.message!.from.id;
  return Array.from({ length: count }, (_, i): Update => {
    const text = JSON.stringify(any(kinds)).replaceAll(String(owner), String(from[i % from.length]));
    let update = JSON.parse(text) as { [key: string]: Json };
    const times = 1 + Math.floor(random() * 3);
    for (let time = 0; time < times; time++) {
      const mutated = mutate(update);
      if (mutated !== null && typeof mutated === 'object' && !Array.isArray(mutated)) update = mutated;
    }
    return { ...update, update_id: first + i };
  });
}
