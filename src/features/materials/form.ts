import type { Deps } from '../../bot/context.ts';
import { formatDate } from '../../bot/format/dates.ts';
import { html } from '../../bot/html.ts';
import { organizedBy } from '../../bot/roles.ts';
import { send } from '../../bot/view.ts';
import type { Answers, Json } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { keepDraft, openDrafts } from '../../forms/draft.ts';
import { choice, yesNo } from '../../forms/kinds/choice.ts';
import { file, fileOf, type Attachment } from '../../forms/kinds/file.ts';
import { language, OTHER_LANGUAGE } from '../../forms/kinds/language.ts';
import { pagedChoice } from '../../forms/kinds/paged-choice.ts';
import { text } from '../../forms/kinds/text.ts';
import { countSeats, findEvent, type Event } from '../events/store.ts';
import { addedView, fileLabel, keptView, placeName } from './messages.ts';
import { addMaterial, findLikelyEvents, type MaterialRow } from './store.ts';

/** The events to choose from. Of a form that does not ask, the one event, or none: the public library. */
type Subject = { events: Event[]; library: boolean };
type At = Asking<Subject>;

const LIBRARY = '0';
/** The form that a file begins which an organizer simply sent. */
export const SENT = 'sent_material';
const LONGEST_TITLE = 200;

/**
 * Adding a material. As SENT it asks for the event, and its subject is the message with the file, which gives each file a
 * draft of its own; otherwise the subject is the event, or 0, the library.
 */
export function materialForm(deps: Deps, key: 'material' | typeof SENT): Form {
  const { programme, clock, db } = deps;
  const asks = key === SENT;

  const chosen = ({ subject, answers }: Pick<At, 'subject' | 'answers'>): Event | null =>
    (asks ? subject.events.find(({ id }) => String(id) === answers.event) : subject.events[0]) ?? null;

  return defineForm<Subject, MaterialRow>({
    key,
    needs: asks ? 'organizer' : 'organizer of it',
    async load(db, person, subjectId) {
      if (asks) {
        const theirs = await organizedBy(deps, person);
        return { events: await findLikelyEvents(db, clock.now(), theirs), library: theirs === 'all' };
      }
      if (subjectId === Number(LIBRARY)) return { events: [], library: true };
      const event = await findEvent(db, subjectId);
      return event && event.status !== 'cancelled' ? { events: [event], library: false } : null;
    },
    async gone(ctx) {
      await send(ctx, {
        text: html`${ctx.t('materials:cannot_add')}`,
        buttons: [[{ text: ctx.t('common:main_menu'), data: 'home' }]],
      });
    },
    title(at) {
      const about = asks ? file(at.t).show(at.answers.file!) : placeName(chosen(at), at);
      return at.t('materials:adding', { about });
    },
    questions(at) {
      const { t, answers } = at;
      // A file says nothing by itself: the first question after it says which one has come.
      const received = (ask: string) =>
        answers.file
          ? `${t('materials:received', { file: fileLabel(answers.file as Attachment, at) })}\n\n${ask}`
          : ask;
      return [
        { key: 'file', label: t('materials:file'), ask: t('materials:ask_file'), kind: file(t) },
        ...(asks ? [whereQuestion(at, received(t('materials:ask_where')))] : []),
        { key: 'title', label: t('materials:title'), ask: received(t('materials:ask_title')), kind: titleKind(at) },
        {
          key: 'language',
          label: t('materials:language'),
          ask: t('materials:ask_language'),
          kind: language(t, programme.languages),
        },
        // Which of the two is asked follows the event, so it waits for it.
        ...(asks && typeof answers.event !== 'string' ? [] : whenQuestions(at, chosen(at))),
      ];
    },
    confirm: (t) => t('materials:add'),
    submit(tx, at) {
      const { answers, person, now } = at;
      const event = chosen(at);
      const silent = event === null && answers.tell === 'no';
      return addMaterial(
        tx,
        {
          ...columnsOf(answers.file as Attachment),
          eventId: event?.id ?? null,
          title: answers.title as string,
          language: answers.language === OTHER_LANGUAGE ? null : (answers.language as string),
          phase: phaseOf(answers, event),
          addedBy: person.id,
          addedAt: now,
          toldAt: silent ? now : null,
        },
        now,
      );
    },
    async done(ctx, added, at) {
      const event = chosen(at);
      const { taken } = event ? await countSeats(db, event) : { taken: 0 };
      const kept = (await openDrafts(db, ctx.person)).filter(({ form }) => form === SENT);
      const [next] = kept.toSorted((a, b) => a.subject - b.subject);
      const following = next ? { draft: next.id, file: file(ctx.t).show(next.answers.file!) } : null;
      const { t, lang } = ctx;
      const toEveryone = at.answers.tell === 'yes';
      await send(
        ctx,
        addedView(added, event, { participants: taken, toEveryone, following }, { t, lang, now: at.now }),
      );
    },
    /** Another file, maybe of the same album: it gets a draft of its own, and its turn when this one is done. */
    async besides(ctx, { subject, now }, question) {
      const next = ctx.message && fileOf(ctx.message);
      if (!ctx.message || !next || question === 'file') return false;
      const answers: Answers = { file: next, ...(!asks && { event: String(subject.events[0]?.id ?? LIBRARY) }) };
      await keepDraft(db, ctx.person, { form: SENT, subject: ctx.message.message_id, answers }, now);
      await send(ctx, keptView(next, ctx));
      return true;
    },
  });
}

function whereQuestion(at: At, ask: string): Question {
  // With the day: a series of events has one title.
  const dated = (event: Event) => `${placeName(event, at)} · ${formatDate(at.lang, event.beginsAt, event.zone)}`;
  const events = at.subject.events.map((event) => ({ key: String(event.id), label: dated(event) }));
  // First, so that it is on the first page however many events there are.
  const options = [...(at.subject.library ? [{ key: LIBRARY, label: at.t('materials:library') }] : []), ...events];
  return {
    key: 'event',
    label: at.t('materials:where'),
    ask,
    kind: pagedChoice(at.t, options),
  };
}

function titleKind({ t, answers }: At) {
  const suggestion = suggestTitle(answers.file);
  return { ...text(t, { max: LONGEST_TITLE }), ...(suggestion !== '' && { suggestion }) };
}

/** The first line of the caption, else the name of the file without its ending. */
function suggestTitle(answer: Json | undefined): string {
  const attachment = answer as Attachment | null | undefined;
  if (!attachment || attachment.kind === 'link') return '';
  const caption = attachment.caption?.split('\n')[0]?.trim() ?? '';
  const name = (attachment.fileName ?? '')
    .replace(/\.[a-z0-9]{1,5}$/i, '')
    .replaceAll('_', ' ')
    .trim();
  return Array.from(caption || name)
    .slice(0, LONGEST_TITLE)
    .join('');
}

/** An event's material: from when, as far as that is still open. The library's: whether everyone is told. */
function whenQuestions({ t, now }: At, event: Event | null): Question[] {
  if (!event) return [{ key: 'tell', label: t('materials:tell'), ask: t('materials:ask_tell'), kind: yesNo(t) }];
  const passed = (at: Temporal.Instant) => Temporal.Instant.compare(at, now) <= 0;
  if (passed(event.endsAt)) return [];
  const phases = (['before', 'during', 'after'] as const).filter(
    (phase) => phase !== 'during' || !passed(event.beginsAt),
  );
  const options = phases.map((phase) => ({ key: phase, label: t(`materials:phase_${phase}`) }));
  return [{ key: 'phase', label: t('materials:available'), ask: t('materials:ask_phase'), kind: choice(t, options) }];
}

/** Not asked of an event that is over, where all phases have begun, nor of the library, which has none. */
const phaseOf = ({ phase }: Answers, event: Event | null): MaterialRow['phase'] =>
  (phase as MaterialRow['phase'] | null | undefined) ?? (event ? 'after' : 'before');

function columnsOf(attachment: Attachment) {
  if (attachment.kind === 'link') return attachment;
  const { caption: _, ...columns } = attachment;
  return columns;
}
