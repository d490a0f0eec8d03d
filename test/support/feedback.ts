import type { TelegramUser } from '../../src/playground/telegram/index.ts';

export type Feedback = { ratings?: number[]; recommendation?: number; useful?: string; better?: string };

/** Answers the feedback form up to its summary; an open question without an answer is skipped. */
export async function answerFeedback(user: TelegramUser, eventId: number, given: Feedback = {}): Promise<void> {
  const { ratings = [4, 5, 3, 2], recommendation = 9 } = given;
  await user.press({ data: `feedback:${eventId}` });
  for (const number of [...ratings, recommendation]) await user.press(String(number));
  for (const text of [given.useful, given.better]) {
    if (text === undefined) await user.press({ data: /^f:\d+:\d+:s$/ });
    else await user.send(text);
  }
}

/** Presses the button under a summary. */
export const submit = (user: TelegramUser) => user.press({ data: /^f:\d+:\d+:ok$/ });
