import type { TelegramUser } from '../../src/playground/telegram/index.ts';
import type { World } from './world.ts';

let presses = 0;

/**
 * A press that carries any data, on the person's newest message: a button of another page, an old one, one copied from
 * somebody else, or made up, as a modified app can send it. Returns what the bot answered to the press.
 */
export async function pressAny(
  world: World,
  user: TelegramUser,
  data: string,
): Promise<{ text: string; alert: boolean }> {
  const id = `press-${++presses}`;
  const chat = { id: user.id, type: 'private' as const, first_name: user.user.first_name };
  const newest = user.chat.findLast(({ from }) => from === 'bot')?.message;
  const message = newest ?? { message_id: 1, date: 0 as const, chat };
  // Far from the emulator's own numbers.
  const update_id = 900_000_000 + presses;
  await world.app.receive([{ update_id, callback_query: { id, from: user.user, chat_instance: '1', message, data } }]);
  await world.app.drain();
  const answers = world.telegram.calls.filter(
    ({ method, payload }) => method === 'answerCallbackQuery' && payload.callback_query_id === id,
  );
  const { text = '', show_alert = false } = (answers[0]?.payload ?? {}) as { text?: string; show_alert?: boolean };
  return { text, alert: show_alert };
}
