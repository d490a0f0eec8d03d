import { eq } from 'drizzle-orm';
import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { isOwner, organizes } from '../../bot/roles.ts';
import type { View } from '../../bot/view.ts';
import { person } from '../../db/schema.ts';
import { isConfidential } from '../segments/store.ts';
import { countReachable, mayApprove } from './approvals.ts';
import { pendingTexts } from './corrections.ts';
import { discardedView, takenBackView, type Reader } from './messages.ts';
import { breakdownOf, correctionsOf, progressOf, recallOf } from './report.ts';
import { reportView } from './report-messages.ts';
import { approvalView, progressView, scheduledView, type Figures, type Rights } from './standing-messages.ts';
import { mayDecide, type Announcement, type Organizer } from './store.ts';

export type Standing = ReturnType<typeof createStanding>;

/** Somebody who looks at an announcement. */
type Viewer = { reader: Reader; organizer: Organizer };

/** How an announcement stands, to whoever looks at it, with what they may do about it. */
export function createStanding(deps: Pick<Deps, 'db' | 'clock' | 'i18n' | 'programme' | 'config'>) {
  const { db, clock, i18n, programme } = deps;

  const organizer = (who: Person): Organizer => ({ id: who.id, owner: isOwner(deps, who) });

  const viewer = ({ t, lang, person: who }: Pick<PersonCtx, 't' | 'lang' | 'person'>): Viewer => ({
    reader: { t, lang, programme, zone: who.zone },
    organizer: organizer(who),
  });

  /** Somebody whom the bot writes to by itself; null: they are not there any more, or no organizer. */
  async function viewerOf(id: number): Promise<(Viewer & { chat: number }) | null> {
    const [who] = await db.select().from(person).where(eq(person.id, id));
    if (!who?.telegramId || !(await organizes(deps, who, 'any'))) return null;
    const lang = who.language;
    return { ...viewer({ t: i18n.t(lang), lang, person: who }), chat: who.telegramId };
  }

  async function nameOf(id: number | null, t: T): Promise<string> {
    const [who] = id === null ? [] : await db.select().from(person).where(eq(person.id, id));
    return who?.fullName ?? t('organize:no_name');
  }

  async function figuresOf(one: Announcement): Promise<Figures> {
    return {
      progress: await progressOf(db, one, clock.now()),
      corrections: await correctionsOf(db, one),
      recall: await recallOf(db, one),
    };
  }

  /** As it is followed: short, the same from the press on Send to the end. */
  async function live(one: Announcement, { reader, organizer: who }: Viewer): Promise<View> {
    const rights = rightsOf(one, who);
    switch (one.state) {
      case 'draft':
        return takenBackView(reader.t, one);
      case 'cancelled':
        return discardedView(reader.t, one);
      case 'approval':
        return approvalView(reader, one, rights, await countReachable(db, one.audience));
      case 'scheduled':
        return scheduledView(reader, one, rights, await countReachable(db, one.audience));
      default:
        return progressView(reader, one, rights, await figuresOf(one));
    }
  }

  /** As it is looked at: once it is out, with the whole report. */
  async function view(one: Announcement, seen: Viewer): Promise<View> {
    if (one.finishedAt === null) return live(one, seen);
    const breakdown = one.recalledAt || isConfidential(one.audience) ? null : await breakdownOf(db, one.id);
    return reportView(seen.reader, one, rightsOf(one, seen.organizer), await figuresOf(one), breakdown);
  }

  return { organizer, viewer, viewerOf, nameOf, live, view };
}

function rightsOf(one: Announcement, who: Organizer): Rights {
  return {
    decides: mayDecide(one, who),
    author: one.authorId === who.id,
    approves: one.state === 'approval' || pendingTexts(one) ? mayApprove(one, who) : one.approvedBy === who.id,
  };
}
