import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import { startLink } from '../../bot/link.ts';
import { listCommands } from '../../bot/commands.ts';
import { isOwner, organizes } from '../../bot/roles.ts';
import { idOf, send, show } from '../../bot/view.ts';
import { outgoing } from '../../delivery/messages.ts';
import { unfinishedOf } from '../announcements/store.ts';
import { readerOf } from '../events/messages.ts';
import { findEvents } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { represented } from '../people/questions.ts';
import { eventsPage } from '../organize/store.ts';
import {
  inviteView,
  leftView,
  logView,
  redeemedView,
  removeView,
  rolesView,
  takenView,
  whichCountryView,
  whichEventView,
  whichRoleView,
  type Titles,
} from './messages.ts';
import * as store from './store.ts';
import type { About } from './store.ts';

/** Who may do what: owners invite by a link that works once, take roles away, and read who was refused. See bot/roles.ts. */
export function roles(deps: Deps): Feature {
  const { db, clock, programme } = deps;

  const reader = (to: Pick<PersonCtx, 't' | 'lang' | 'person'>) => readerOf(deps, to);

  async function titlesOf(all: Pick<About, 'eventId'>[]): Promise<Titles> {
    const events = await findEvents(db, [...new Set(all.flatMap(({ eventId }) => eventId ?? []))]);
    return new Map(events.map((event) => [event.id, event]));
  }

  async function list(ctx: PersonCtx, page?: string): Promise<void> {
    const all = await store.allRoles(db);
    await show(ctx, rolesView(all, await titlesOf(all.map(({ role }) => role)), page, reader(ctx)));
  }

  async function invite(ctx: PersonCtx, about: About): Promise<void> {
    const titles = await titlesOf([about]);
    const { token, expiresAt } = await store.createInvite(db, programme, ctx.person, about, clock.now());
    const link = startLink(deps, `invite_${token}`);
    await send(ctx, inviteView(about, titles, { link, expiresAt }, reader(ctx)));
  }

  /** What a button names; null: nothing that a role can be about (any more). */
  async function aboutOf(kind: string | undefined, of: string | undefined): Promise<About | null> {
    const nothing = { country: null, eventId: null };
    switch (kind) {
      case 'translator':
        return { kind, ...nothing };
      case 'organizer': {
        if (of === undefined) return { kind, ...nothing };
        const [event] = await findEvents(db, [idOf(of)]);
        return event ? { kind, ...nothing, eventId: event.id } : null;
      }
      case 'focal_point': {
        const known = represented(programme, programme.defaultLanguage).some(({ key }) => key === of);
        return known ? { kind, ...nothing, country: of! } : null;
      }
      default:
        return null;
    }
  }

  /** The menu of the chat follows what they may. */
  const renewCommands = async (person: Person) => listCommands(deps, person, await organizes(deps, person, 'any'));

  return {
    name: 'roles',
    messages: {
      role_taken: {
        async render({ data }, to) {
          const about = data as About;
          return outgoing(takenView(about, await titlesOf([about]), reader(to)));
        },
      },
    },
    jobs: [
      {
        name: 'forget refusals and changes of roles',
        every: 'hour',
        run: (now) =>
          store.forgetAudit(db, now.toZonedDateTimeISO('UTC').subtract(programme.retention.audit).toInstant()),
      },
    ],
    routes: [
      { on: 'press', name: 'roles', needs: 'owner', do: list },
      { on: 'press', name: 'invite_role', needs: 'owner', do: (ctx) => show(ctx, whichRoleView(ctx.t)) },
      {
        on: 'press',
        name: 'invite_event',
        needs: 'owner',
        async do(ctx, page) {
          await show(ctx, whichEventView(await eventsPage(db, 'all', page, clock.now()), reader(ctx)));
        },
      },
      {
        on: 'press',
        name: 'invite_country',
        needs: 'owner',
        do: (ctx) => show(ctx, whichCountryView(reader(ctx))),
      },
      {
        on: 'press',
        name: 'invite_for',
        needs: 'owner',
        async do(ctx, kind, of) {
          const about = await aboutOf(kind, of);
          await (about ? invite(ctx, about) : show(ctx, whichRoleView(ctx.t)));
        },
      },
      {
        on: 'link',
        name: 'invite',
        needs: 'person',
        async do(ctx, token = '') {
          // An owner who tries the link does not use it up.
          const how = { mayAlready: isOwner(deps, ctx.person), now: clock.now() };
          const redemption = await store.redeemInvite(db, programme, token, ctx.person, how);
          if (redemption.kind === 'granted') await renewCommands(ctx.person);
          const titles = await titlesOf('about' in redemption ? [redemption.about] : []);
          await send(ctx, redeemedView(redemption, titles, reader(ctx)));
        },
      },
      {
        on: 'press',
        name: 'remove_role',
        needs: 'owner',
        async do(ctx, id) {
          const found = await store.findHolder(db, idOf(id));
          await (found ? show(ctx, removeView(found, await titlesOf([found.role]), reader(ctx))) : list(ctx));
        },
      },
      {
        on: 'press',
        name: 'drop_role',
        needs: 'owner',
        async do(ctx, id) {
          const found = await store.findHolder(db, idOf(id));
          const taken = found !== null && (await store.takeRole(db, found.role.id, ctx.person, clock.now()));
          if (taken) await renewCommands(found.person);
          await list(ctx);
          if (!taken || (await organizes(deps, found.person, 'all'))) return;
          // What they let go goes on, and the reports on it reach nobody any more.
          const left = found.role.kind === 'organizer' ? await unfinishedOf(db, found.person.id) : [];
          if (left.length > 0) await send(ctx, leftView(left, ctx.t));
        },
      },
      {
        on: 'press',
        name: 'role_log',
        needs: 'owner',
        async do(ctx, wanted) {
          const page = await store.auditPage(db, wanted);
          await show(ctx, logView(page, await titlesOf(page.items.map(({ entry }) => entry)), reader(ctx)));
        },
      },
    ],
  };
}
