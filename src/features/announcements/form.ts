import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import { isOrganizer } from '../../bot/roles.ts';
import { show } from '../../bot/view.ts';
import { defineForm, type Form, type FormDefinition } from '../../forms/form.ts';
import { comingEvents, findEvent, pastEvents, wording, type Event } from '../events/store.ts';
import { goneView } from './messages.ts';
import { sendPreview } from './preview.ts';
import { announcementQuestions, answersOf, inputOf, type Subject } from './questions.ts';
import { createDraft, findAnnouncement, replaceDraft, type Announcement } from './store.ts';

/** The id of the draft; null: what should be changed is no draft any more. */
type Outcome = number | null;

/** A new announcement. Its subject is the event whose people get it, or 0: that is asked. */
export function newAnnouncement(deps: Deps): Form {
  return defineForm<Subject, Outcome>({
    key: 'announcement',
    organizer: true,
    ...common(deps),
    async load(db, person, eventId) {
      if (!(await isOrganizer(deps, person))) return null;
      if (eventId === 0) return { preset: null, events: await offered(deps) };
      const preset = await findEvent(db, eventId);
      return preset && preset.status !== 'draft' ? { preset, events: [] } : null;
    },
    submit: (tx, { person, subject, answers, now }) =>
      createDraft(tx, person.id, inputOf(answers, subject.preset), now),
  });
}

/** Changes a draft of one's own: all is answered already. Its subject is the draft. */
export function changedAnnouncement(deps: Deps): Form {
  return defineForm<Subject & { draft: Announcement }, Outcome>({
    key: 'announcement_change',
    organizer: true,
    ...common(deps),
    async load(db, person, id) {
      const draft = await ownDraft(id, person);
      if (!draft) return null;
      const chosen = draft.audience.event ? await findEvent(db, draft.audience.event.id) : null;
      return { draft, preset: null, events: await offered(deps, chosen) };
    },
    known: ({ subject }) => answersOf(subject.draft),
    submit: (tx, { person, subject, answers, now }) =>
      replaceDraft(tx, subject.draft.id, person.id, inputOf(answers, null), now),
    // Back at the preview: the announcement is as it was.
    async cancelled(ctx, id) {
      const draft = await ownDraft(id, ctx.person);
      if (draft) await sendPreview(deps, ctx, draft);
      else await show(ctx, goneView(ctx.t));
    },
  });

  async function ownDraft(id: number, person: Person): Promise<Announcement | null> {
    if (!(await isOrganizer(deps, person))) return null;
    const found = await findAnnouncement(deps.db, id);
    return found?.state === 'draft' && found.authorId === person.id ? found : null;
  }
}

type Common = Pick<FormDefinition<Subject, Outcome>, 'gone' | 'title' | 'questions' | 'confirm' | 'done'>;

function common(deps: Deps): Common {
  return {
    gone: (ctx) => show(ctx, goneView(ctx.t)),
    title: ({ t, subject: { preset } }) =>
      preset ? `${t('announcements:title')} · ${wording(preset, t).title}` : t('announcements:title'),
    questions: (at) => announcementQuestions(deps.programme, at),
    confirm: (t) => t('announcements:preview'),
    async done(ctx: PersonCtx, id) {
      const draft = id === null ? null : await findAnnouncement(deps.db, id);
      if (draft) await sendPreview(deps, ctx, draft);
      else await show(ctx, goneView(ctx.t));
    },
  };
}

/** What is coming, then what was, the latest first; and the one that is chosen, even if it is called off meanwhile. */
async function offered({ db, clock }: Deps, chosen: Event | null = null): Promise<Event[]> {
  const now = clock.now();
  const events = [...(await comingEvents(db, now)), ...(await pastEvents(db, now))];
  return chosen && !events.some(({ id }) => id === chosen.id) ? [...events, chosen] : events;
}
