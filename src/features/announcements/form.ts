import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import { organizes } from '../../bot/roles.ts';
import { show } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Form, type FormDefinition } from '../../forms/form.ts';
import { findEvent, wording } from '../events/store.ts';
import { audienceAnswers } from '../segments/questions.ts';
import { findSegment, loadOffers } from '../segments/store.ts';
import { onceAnAlbum } from './album.ts';
import { loadTargets } from './buttons.ts';
import { goneView } from './messages.ts';
import { sendPreview } from './preview.ts';
import { announcementQuestions, answersOf, inputOf, type Subject, type To } from './questions.ts';
import { createDraft, eventOfAnnouncement, findAnnouncement, replaceDraft, type Announcement } from './store.ts';

/** The id of the draft; null: what should be changed is no draft any more. */
type Outcome = number | null;

/** A new announcement. Its subject is the event whose people get it, or 0: that is asked. */
export function newAnnouncement(deps: Deps): Form {
  return creation(deps, 'announcement', 'organizer of it', async (eventId, answers) => {
    if (eventId === 0) return { kind: 'asked', offers: await loadOffers(deps, answers) };
    const event = await findEvent(deps.db, eventId);
    return event && event.status !== 'draft' ? { kind: 'event', event } : null;
  });
}

/** The same, to a saved audience: its subject. */
export function segmentAnnouncement(deps: Deps): Form {
  return creation(deps, 'announcement_segment', 'organizer of all', async (segmentId) => {
    const segment = await findSegment(deps.db, segmentId);
    return segment && { kind: 'saved', ...segment };
  });
}

type LoadTo = (subjectId: number, answers: Parameters<typeof loadOffers>[1]) => Promise<To | null>;

function creation(deps: Deps, key: string, needs: FormDefinition<Subject, Outcome>['needs'], loadTo: LoadTo): Form {
  return defineForm<Subject, Outcome>({
    key,
    needs,
    ...common(deps),
    rereads: true,
    async load(db, _person, subjectId, answers) {
      const to = await loadTo(subjectId, answers);
      return to && { to, targets: await loadTargets(db, deps.clock.now()) };
    },
    submit: (tx, { person, subject, answers, now }) => createDraft(tx, person.id, inputOf(answers, subject), now),
  });
}

/** Changes a draft of one's own: all is answered already. Its subject is the draft. */
export function changedAnnouncement(deps: Deps): Form {
  return defineForm<Subject & { draft: Announcement }, Outcome>({
    key: 'announcement_change',
    needs: 'organizer of it',
    of: eventOfAnnouncement,
    ...common(deps),
    rereads: true,
    async load(db, person, id, answers) {
      const draft = await ownDraft(id, person);
      if (!draft) return null;
      return { draft, to: await toWhom(draft, person, answers), targets: await loadTargets(db, deps.clock.now()) };
    },
    known: ({ subject }) => answersOf(subject.draft),
    submit: (tx, { person, subject, answers, now }) =>
      replaceDraft(tx, subject.draft.id, person.id, inputOf(answers, subject), now),
    // Back at the preview: the announcement is as it was.
    async cancelled(ctx, id) {
      const draft = await ownDraft(id, ctx.person);
      if (draft) await sendPreview(deps, ctx, draft);
      else await show(ctx, goneView(ctx.t));
    },
  });

  /** Who has but some events can't turn to the people of others. */
  async function toWhom({ audience }: Announcement, person: Person, answers: Answers): Promise<To> {
    const event = audience.event && (await findEvent(deps.db, audience.event.id));
    if (event && !(await organizes(deps, person, 'all'))) return { kind: 'event', event };
    return { kind: 'asked', offers: await loadOffers(deps, { ...audienceAnswers(audience), ...answers }) };
  }

  async function ownDraft(id: number, person: Person): Promise<Announcement | null> {
    const found = await findAnnouncement(deps.db, id);
    return found?.state === 'draft' && found.authorId === person.id ? found : null;
  }
}

type Common = Pick<FormDefinition<Subject, Outcome>, 'gone' | 'title' | 'questions' | 'confirm' | 'done' | 'besides'>;

function common(deps: Deps): Common {
  return {
    gone: (ctx) => show(ctx, goneView(ctx.t)),
    title({ t, subject: { to } }) {
      const about = to.kind === 'event' ? wording(to.event, t).title : to.kind === 'saved' ? to.name : null;
      return about === null ? t('announcements:title') : `${t('announcements:title')} · ${about}`;
    },
    questions: (at) => announcementQuestions(deps.programme, at),
    confirm: (t) => t('announcements:preview'),
    besides: onceAnAlbum(),
    async done(ctx: PersonCtx, id) {
      const draft = id === null ? null : await findAnnouncement(deps.db, id);
      if (draft) await sendPreview(deps, ctx, draft);
      else await show(ctx, goneView(ctx.t));
    },
  };
}
