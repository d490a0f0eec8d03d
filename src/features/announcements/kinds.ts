import { setImmediate } from 'node:timers/promises';
import { eq } from 'drizzle-orm';
import type { Deps } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { may } from '../../bot/roles.ts';
import { keyboard } from '../../bot/view.ts';
import { message } from '../../db/schema.ts';
import { outgoing, type Message, type MessageKind, type Messages } from '../../delivery/messages.ts';
import { pauseOwed } from '../../delivery/outbox.ts';
import { approversOf, countReachable, mayApprove } from './approvals.ts';
import { noticeView, requestView } from './approval-messages.ts';
import { announcementButtons } from './buttons.ts';
import { correcting, sending } from './content.ts';
import { findCopy } from './copies.ts';
import { correctionAskedView } from './correction-messages.ts';
import { isAsked } from './corrections.ts';
import { textFor, titleOf } from './messages.ts';
import type { Notice } from './notices.ts';
import type { Progress } from './progress.ts';
import type { Standing } from './standing.ts';
import { findAnnouncement, findText, type Row, type Text, eventOfAnnouncement } from './store.ts';

/** What the outbox sends about announcements: the copies, what is done to them afterwards, and what organizers are told. */
export function kindsOf(deps: Pick<Deps, 'db' | 'config'>, standing: Standing, progress: Progress): Messages {
  const { db, config } = deps;
  const markup = (of: Row, { language }: Text, t: T) => keyboard(announcementButtons(of, language, t));

  /**
   * Copies that are looked at together share one look at their text: it is what most of the work on a copy would be. It
   * begins when all have asked, so none gets a text from before it was claimed, which no correction would reach any more.
   */
  const asked = new Map<string, ReturnType<typeof findText>>();
  function look(announcementId: number, language: string): ReturnType<typeof findText> {
    const key = `${announcementId} ${language}`;
    const found =
      asked.get(key) ?? setImmediate().then(() => (asked.delete(key), findText(db, announcementId, language)));
    asked.set(key, found);
    return found;
  }

  /** The text of a copy that may still be sent, or read; else why not. */
  async function textOf({ id, announcementId, state, data }: Message): Promise<{ text: Text; of: Row } | string> {
    const found = await look(announcementId!, data.language as string);
    if (!found) return 'its text is gone';
    if (found.of.recalledAt) return 'recalled';
    // Telegram had refused it for now, and it came back after that.
    if (state === 'queued' && found.of.state === 'stopped') return 'stopped';
    if (state === 'queued' && found.of.state === 'paused') {
      await pauseOwed(db, eq(message.id, id));
      return 'paused';
    }
    return found;
  }

  /** Whose role was taken away meanwhile learns nothing more. */
  const toOrganizer = (render: MessageKind['render']): MessageKind => ({
    render: async (message, to) =>
      (await may(deps, to.person, { needs: 'organizer of it', of: eventOfAnnouncement }, [
        String(Number(message.data.announcement)),
      ]))
        ? render(message, to)
        : { drop: 'no organizer any more' },
  });

  return {
    announcement: {
      topic: 'announcements',
      async render(copy, { t }) {
        const found = await textOf(copy);
        return typeof found === 'string' ? { drop: found } : sending(found.text, markup(found.of, found.text, t));
      },
      async title(copy, { t }) {
        const found = await textOf(copy);
        return typeof found === 'string' ? null : titleOf(found.text, t);
      },
      afterRound: progress.afterCopies,
    },

    announcement_edit: {
      silent: true,
      async render({ data }, { t }) {
        const copy = await findCopy(db, Number(data.message));
        const found = copy && (await findText(db, copy.announcementId, copy.language));
        if (!found || found.of.recalledAt) return { drop: 'nothing is there to correct' };
        return correcting(found.text, copy.messageId, markup(found.of, found.text, t));
      },
      afterRound: progress.afterFollowUps,
    },

    announcement_recall: {
      silent: true,
      async render({ data }) {
        const copy = await findCopy(db, Number(data.message));
        if (!copy) return { drop: 'nothing is there to recall' };
        return { method: 'deleteMessage', payload: { message_id: copy.messageId } };
      },
      afterRound: progress.afterFollowUps,
    },

    /** To the organizer alone, as they would get it. */
    announcement_test: toOrganizer(async ({ data }, { t }) => {
      const one = await findAnnouncement(db, Number(data.announcement));
      if (!one) return { drop: 'the announcement is gone' };
      const text = textFor(one, t);
      return sending(text, markup(one, text, t));
    }),

    announcement_approval: toOrganizer(async ({ data, personId }, to) => {
      const one = await findAnnouncement(db, Number(data.announcement));
      const asked = one?.state === 'approval' && one.revision === data.revision;
      if (!asked || !mayApprove(one, { id: personId! })) return { drop: 'decided' };
      const recipients = await countReachable(db, one.audience);
      const author = await standing.nameOf(one.authorId, to.t);
      return outgoing(requestView(standing.viewer(to).reader, one, { recipients, author }));
    }),

    announcement_correction: toOrganizer(async ({ data, personId }, to) => {
      const one = await findAnnouncement(db, Number(data.announcement));
      const asked = one !== null && isAsked(one, Number(data.revision));
      if (!asked || !mayApprove(one, { id: personId! })) return { drop: 'decided' };
      const author = await standing.nameOf(one.authorId, to.t);
      return outgoing(correctionAskedView(standing.viewer(to).reader, one, author));
    }),

    announcement_notice: toOrganizer(async ({ data }, to) => {
      const one = await findAnnouncement(db, Number(data.announcement));
      if (!one) return { drop: 'the announcement is gone' };
      const [what, by] = [data.what as Notice, data.by as number | null];
      const approvers = what === 'outgrown' ? await approversOf(db, config, [one.authorId, one.confirmedBy]) : null;
      const facts = { by: by === null ? null : await standing.nameOf(by, to.t), alone: approvers?.length === 0 };
      return outgoing(noticeView(standing.viewer(to).reader, one, what, facts));
    }),

    announcement_report: {
      ...toOrganizer(async ({ data }, to) => {
        const one = await findAnnouncement(db, Number(data.announcement));
        if (!one) return { drop: 'the announcement is gone' };
        return outgoing(await standing.view(one, standing.viewer(to)));
      }),
      patient: () => true,
    },
  };
}
