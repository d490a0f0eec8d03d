import { setTimeout as sleep } from 'node:timers/promises';
import type { TelegramUser } from '../../../src/playground/telegram/index.ts';

/** What the bot has last shown: a new message, or an edited one. */
const seen = (user: TelegramUser) => {
  const last = user.chat.findLast(({ from }) => from === 'bot');
  return `${last?.message_id} ${last?.html} ${last?.buttons.join()}`;
};

/** Does something and waits until the bot reacts. Null: it has not within some seconds, as when the database is away. */
export async function react(user: TelegramUser, act: () => Promise<unknown>, seconds = 3): Promise<number | null> {
  const before = seen(user);
  const began = performance.now();
  // A button that is not there any more: somebody who has waited for too long begins anew.
  await act().catch(() => undefined);
  while (performance.now() - began < seconds * 1000) {
    if (seen(user) !== before) return performance.now() - began;
    await sleep(10);
  }
  return null;
}

/** Takes a seat at the event, gives it back, and so on. Goes on after whatever happens, as people do. */
export async function registerAndCancel(user: TelegramUser, code: string, goOn: () => boolean): Promise<void> {
  while (goOn()) {
    await react(user, () => user.open(`event_${code}`));
    const took = await react(user, () => user.press({ data: /^(register|wait):/ }));
    if (took) await react(user, () => user.press({ data: /:ok$/ }));
    else if (await react(user, () => user.press({ data: /^cant_come:/ })))
      await react(user, () => user.press({ data: /^give_up:/ }));
    await sleep(200);
  }
}
