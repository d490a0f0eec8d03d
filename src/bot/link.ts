import type { Deps } from './context.ts';

/** Opens the bot in Telegram: `/start payload`. Up to 64 characters of A-Z, a-z, 0-9, _ and - (Bot Features, deep linking). */
export function startLink({ me }: Pick<Deps, 'me'>, payload: string): string {
  return `https://t.me/${me().username}?start=${payload}`;
}
