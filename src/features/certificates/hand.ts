import { InputFile } from 'grammy';
import type { PersonCtx } from '../../bot/context.ts';
import { keyboard, type View } from '../../bot/view.ts';
import { pdfOf, type Paper } from './paper/paper.ts';

/** Sends certificates as one PDF. Making it may take a second or more: Telegram shows meanwhile that a file comes. */
export async function handPdf(ctx: PersonCtx, papers: Paper[], name: string, { text, buttons }: View): Promise<void> {
  await ctx.replyWithChatAction('upload_document');
  await ctx.replyWithDocument(new InputFile(await pdfOf(papers), name), {
    caption: text.html,
    parse_mode: 'HTML',
    reply_markup: keyboard(buttons),
  });
}
