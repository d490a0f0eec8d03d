import type { Deps, PersonCtx } from '../../bot/context.ts';
import type { T } from '../../bot/i18n.ts';
import { send, show } from '../../bot/view.ts';
import type { Tx } from '../../db/connect.ts';
import { keepDraft } from '../../forms/draft.ts';
import { defineForm, type Asking, type Form, type FormDefinition, type Kind } from '../../forms/form.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { goneView, takenView } from './messages.ts';
import { audienceAnswers, audienceOf, audienceQuestions } from './questions.ts';
import * as store from './store.ts';
import type { Offers, Saved, Segment } from './store.ts';

/** `segment`: the one that is changed; null: a new one. */
type Subject = { segment: Segment | null; offers: Offers };

/** Characters. */
const NAME = { min: 2, max: 80 };

/** `open` shows a saved segment. */
export function segmentForms(deps: Deps, open: (ctx: PersonCtx, segment: Segment) => Promise<void>): Form[] {
  const { db, programme } = deps;

  const common: Pick<FormDefinition<Subject, Saved>, 'needs' | 'gone' | 'title' | 'questions' | 'confirm' | 'done'> = {
    needs: 'organizer of all',
    gone: (ctx) => show(ctx, goneView(ctx.t)),
    title: ({ t, subject: { segment } }) => segment?.name ?? t('segments:new'),
    questions: (at) => {
      const { t, answers, subject } = at;
      const taken = (name: string) => store.isTaken(subject.offers.segments, name, subject.segment);
      // Asked once more, because somebody else has saved one of this name meanwhile: then that is said.
      const ask = taken(textOf(answers.name)) ? t('segments:name_taken') : t('segments:ask_name');
      return [
        { key: 'name', label: t('segments:name'), ask, kind: freeName(t, taken) },
        ...audienceQuestions(programme, at, subject.offers, { saved: false }),
      ];
    },
    confirm: (t) => t('common:save'),
    async done(ctx, saved, { subject }) {
      switch (saved.kind) {
        case 'saved': {
          const segment = await store.findSegment(db, saved.id);
          return segment ? open(ctx, segment) : show(ctx, goneView(ctx.t));
        }
        case 'taken':
          return void (await send(ctx, takenView(ctx.t, subject.segment)));
        case 'gone':
          return show(ctx, goneView(ctx.t));
      }
    },
  };

  const create = defineForm<Subject, Saved>({
    ...common,
    key: 'segment',
    rereads: true,
    async load(_db, _person, _id, answers) {
      return { segment: null, offers: await store.loadOffers(deps, answers) };
    },
    submit: (tx, at) =>
      keepingIfTaken(tx, at, 'segment', () =>
        store.createSegment(tx, { ...inputOf(at), createdBy: at.person.id }, at.now),
      ),
  });

  const change = defineForm<Subject, Saved>({
    ...common,
    key: 'segment_change',
    rereads: true,
    async load(_db, _person, id, answers) {
      const segment = await store.findSegment(db, id);
      if (!segment) return null;
      return { segment, offers: await store.loadOffers(deps, { ...answersOf(segment), ...answers }) };
    },
    known: ({ subject: { segment } }) => answersOf(segment!),
    submit: (tx, at) =>
      keepingIfTaken(tx, at, 'segment_change', () => store.changeSegment(tx, at.subject.segment!.id, inputOf(at))),
    // Back at its page: it is as it was.
    async cancelled(ctx, id) {
      const segment = await store.findSegment(db, id);
      await (segment ? open(ctx, segment) : show(ctx, goneView(ctx.t)));
    },
  });

  return [create, change];
}

const answersOf = ({ name, audience }: Segment) => ({ name, ...audienceAnswers(audience) });
const inputOf = ({ answers, subject }: Asking<Subject>) => ({
  name: textOf(answers.name),
  audience: audienceOf(answers, subject.offers),
});

function freeName(t: T, taken: (name: string) => boolean): Kind {
  const kind = text(t, NAME);
  return {
    ...kind,
    read(message) {
      const read = kind.read(message);
      if (read.kind !== 'ok') return read;
      // One line, as it stands in a list.
      const name = textOf(read.value).replaceAll(/\s+/g, ' ');
      return taken(name) ? { kind: 'invalid', say: t('segments:name_taken') } : { kind: 'ok', value: name };
    },
    accepts: (value) => !taken(textOf(value)),
  };
}

/** Two organizers thought of one name in the same moment: the second one's answers are not lost, but for the name. */
async function keepingIfTaken(
  tx: Tx,
  { person, answers: { name: _, ...answers }, subject, now }: Asking<Subject>,
  form: string,
  save: () => Promise<Saved>,
): Promise<Saved> {
  const saved = await save();
  if (saved.kind === 'taken') await keepDraft(tx, person, { form, subject: subject.segment?.id ?? 0, answers }, now);
  return saved;
}
