import type { Deps, PersonCtx } from '../../bot/context.ts';
import { organizedBy } from '../../bot/roles.ts';
import type { Feature } from '../feature.ts';
import { entry, type Route } from '../../bot/routes.ts';
import { idOf, show } from '../../bot/view.ts';
import { createControls } from './controls.ts';
import { correctForm } from './correct-form.ts';
import { changedAnnouncement, newAnnouncement, segmentAnnouncement } from './form.ts';
import { kindsOf } from './kinds.ts';
import { listView } from './messages.ts';
import { createProgress } from './progress.ts';
import { scheduleForm } from './schedule-form.ts';
import { createStanding } from './standing.ts';
import { announcementsPage, eventOfAnnouncement } from './store.ts';

/**
 * What an organizer writes to many. Writing it: form.ts. What they decide on: preview.ts. Its way from the draft to the
 * last copy: steps.ts, and who takes them: decisions.ts, approvals.ts, start.ts, finish.ts. What is in people's chats
 * already: copies.ts. How it stands: standing.ts, report.ts. What organizers press: controls.ts.
 */
export function announcements(deps: Deps): Feature {
  const standing = createStanding(deps);
  const progress = createProgress(deps, standing);
  const controls = createControls(deps, standing, progress);

  /** A press that opens a form. */
  const fill = (name: string, form: string, who: Pick<Route, 'needs' | 'of'>): Route =>
    ({ ...who, on: 'press', name, do: (ctx: PersonCtx, id: string) => ctx.fill(form, idOf(id)) }) as Route;
  const ofIt = { needs: 'organizer of it', of: eventOfAnnouncement } as const;

  return {
    name: 'announcements',
    forms: [
      newAnnouncement(deps),
      segmentAnnouncement(deps),
      changedAnnouncement(deps),
      scheduleForm(deps, standing, controls),
      correctForm(deps, standing, progress),
    ],
    messages: kindsOf(deps, standing, progress),
    jobs: progress.jobs,
    routes: [
      ...entry('announce', 'organizer of all', (ctx) => ctx.fill('announcement')),
      fill('announce_to', 'announcement', { needs: 'organizer of it' }),
      fill('announce_segment', 'announcement_segment', { needs: 'organizer of all' }),
      fill('announce_edit', 'announcement_change', ofIt),
      fill('announce_schedule', 'announcement_schedule', ofIt),
      fill('announce_correct', 'announcement_correct', ofIt),
      ...controls.routes,
      ...entry('announcements', 'organizer', async (ctx, page) => {
        const { reader, organizer } = standing.viewer(ctx);
        await show(
          ctx,
          listView(reader, await announcementsPage(deps.db, organizer, await organizedBy(deps, ctx.person), page)),
        );
      }),
    ],
  };
}
