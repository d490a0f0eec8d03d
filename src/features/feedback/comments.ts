import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageAt, pageButtons } from '../../bot/pages.ts';
import { data, type View } from '../../bot/view.ts';

/** `by` stands only where people were told that their name is shown. */
export type Comment = { text: string; by?: string };
export type CommentsOf = { eventId: number; month: number; question: string };

/** UTF-16 units of one page, never fewer than Telegram's characters. A message holds 4096 (Bot API, sendMessage), and the longest comment is 1000. */
const PAGE = 3000;

/** What people wrote, as they typed it, a page at a time. */
export function commentsView(
  title: string,
  comments: Comment[],
  of: CommentsOf,
  wanted: string | undefined,
  t: T,
  press: 'comments' | 'made_texts' = 'comments',
): View {
  const pages = paginate(comments);
  const place = pageAt(pages.length, wanted, 1);
  return {
    text: lines(
      html`<b>${title}</b>`,
      place.pages > 1 && html`${t('feedback:page', { page: place.page + 1, pages: place.pages })}`,
      '',
      comments.length === 0 && html`${t('feedback:no_comments')}`,
      ...(pages[place.page] ?? []).map(({ text, by }) =>
        lines(by && html`<b>${by}</b>`, html`<blockquote>${text}</blockquote>`),
      ),
    ),
    buttons: [
      pageButtons(t, place, (page) => data(press, of.eventId, of.month, of.question, page)),
      [
        {
          text: t('feedback:back_to_results'),
          data: of.month === 0 ? data('results', of.eventId) : data('survey_results', of.eventId, of.month),
        },
      ],
    ],
  };
}

function paginate(comments: Comment[]): Comment[][] {
  const pages: Comment[][] = [];
  let left = 0;
  for (const comment of comments) {
    const size = comment.text.length + (comment.by ?? '').length + 2;
    if (size > left) {
      pages.push([]);
      left = PAGE;
    }
    pages.at(-1)!.push(comment);
    left -= size;
  }
  return pages;
}
