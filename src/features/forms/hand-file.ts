import { GrammyError } from 'grammy';
import type { PersonCtx } from '../../bot/context.ts';
import type { AnswerFile } from './files.ts';

/** False: Telegram does not have it any more, or keeps it for another bot. */
export async function handFile(ctx: PersonCtx, { file, who, question }: AnswerFile): Promise<boolean> {
  const caption = { caption: `${who} · ${question}`.slice(0, 1024) };
  try {
    switch (file.kind) {
      case 'document':
        await ctx.replyWithDocument(file.fileId, caption);
        return true;
      case 'photo':
        await ctx.replyWithPhoto(file.fileId, caption);
        return true;
      case 'video':
        await ctx.replyWithVideo(file.fileId, caption);
        return true;
      case 'audio':
        await ctx.replyWithAudio(file.fileId, caption);
        return true;
    }
  } catch (error) {
    if (error instanceof GrammyError && error.error_code === 400) return false;
    throw error;
  }
}
