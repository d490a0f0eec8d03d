import { GrammyError } from 'grammy';
import type { Deps } from './context.ts';

/** Milliseconds. */
const PATIENCE = 30_000;

/** A file that somebody sent. Null: Telegram does not have it any more. It gives files of at most 20 MB (Bot API, getFile). */
export async function download({ api, config }: Pick<Deps, 'api' | 'config'>, fileId: string): Promise<Buffer | null> {
  try {
    const { file_path: path } = await api.getFile(fileId);
    const root = config.TELEGRAM_API_ROOT.replace(/\/+$/, '');
    const response = await fetch(`${root}/file/bot${api.token}/${path}`, { signal: AbortSignal.timeout(PATIENCE) });
    return response.ok ? Buffer.from(await response.arrayBuffer()) : null;
  } catch (error) {
    if (error instanceof GrammyError && error.error_code === 400) return null;
    throw error;
  }
}
