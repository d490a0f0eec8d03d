import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { download } from '../../bot/download.ts';
import { send } from '../../bot/view.ts';
import type { Json } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { fileOf, type SentFile } from '../../forms/kinds/file.ts';
import { upload } from '../../forms/kinds/upload.ts';
import { readerOf } from '../events/messages.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { planFile, resultFile } from './list-files.ts';
import { cutShort, planReport, resultView, unreadableView } from './list-messages.ts';
import { readList, type List } from './list.ts';
import { closedView } from './messages.ts';
import { importList, planList, type Plan } from './plan.ts';
import { askEntry, entryOf, isChosen } from './questions.ts';
import { readTables } from './table.ts';

export const IMPORT = 'import_people';

export type ReadPlan = { kind: 'ok'; plan: Plan } | { kind: 'unreadable' } | Exclude<List, { kind: 'ok' }>;
/** `read`: what was sent; null: nothing yet, or not needed: it was looked at as it came, and is when all is answered. */
type Subject = { event: Event; read: ReadPlan | null };

/** Bytes; what the chat says of a bigger one needs no download. */
const BIGGEST = 2_000_000;

/**
 * Many people at once, from a table. A dry run, as for XLSForm: what would become of each row is told first, and nothing is
 * stored but the draft's reference to the file.
 */
export function importForm(deps: Deps): Form {
  const { programme, i18n, clock } = deps;

  async function read(event: Event, { fileId, fileSize }: SentFile): Promise<ReadPlan> {
    const bytes = (fileSize ?? 0) > BIGGEST ? null : await download(deps, fileId);
    const tables = bytes && (await readTables(bytes));
    if (!tables) return { kind: 'unreadable' };
    const list = readList(tables, i18n, programme);
    if (list.kind !== 'ok') return list;
    return { kind: 'ok', plan: await planList(deps.db, event, list.lines, clock.now()) };
  }

  const reader = (to: Pick<Asking<unknown>, 't' | 'lang' | 'person'>) => readerOf(deps, to);

  return defineForm<Subject, Plan | null>({
    key: IMPORT,
    needs: 'organizer of it',
    ephemeral: true,
    rereads: true,
    async load(db, _person, eventId, answers) {
      const event = await findEvent(db, eventId);
      if (event?.status !== 'published') return null;
      const { file } = answers;
      const needed = file && isChosen(event, answers, clock.now());
      return { event, read: needed ? await read(event, file as SentFile) : null };
    },
    gone: async (ctx, eventId) => void (await send(ctx, closedView(eventId, ctx.t))),
    title: ({ t, subject }) => `${t('places:import')} · ${wording(subject.event, t).title}`,
    questions: (at) => [fileQuestion(at), ...askEntry(programme, at.subject.event, at)],
    async besides(ctx: PersonCtx, at, question) {
      const sent = question === 'file' && ctx.message ? fileOf(ctx.message) : null;
      if (sent?.kind !== 'document') return false;
      const found = await read(at.subject.event, sent);
      if (found.kind !== 'ok') {
        await send(ctx, unreadableView(found, at.t));
        return true;
      }
      const organizer = reader(at);
      if (cutShort(found.plan)) {
        const file = await planFile(found.plan, organizer);
        await ctx.replyWithDocument(new InputFile(file, `list-${at.subject.event.code}.xlsx`));
      }
      const useless = found.plan.lines.every(({ plan }) => plan.kind === 'wrong');
      if (useless) await send(ctx, { text: planReport(at.subject.event, found, {}, organizer) });
      return useless;
    },
    preview: (at) => planReport(at.subject.event, at.subject.read, at.answers, reader(at)),
    confirm: (t) => t('places:confirm'),
    // Each person is added in a transaction of their own, once this draft is gone.
    submit: async (_tx, { subject: { read } }) => (read?.kind === 'ok' ? read.plan : null),
    async done(ctx, plan, at) {
      const { event } = at.subject;
      if (!plan) return void (await send(ctx, unreadableView({ kind: 'unreadable' }, at.t)));
      const how = { entry: entryOf(event, at.answers, at.now), actorId: at.person.id, now: at.now };
      const done = await importList(deps, event, plan, how);
      const file = await resultFile(deps, done, reader(at));
      await ctx.replyWithDocument(new InputFile(file, `list-${event.code}.xlsx`));
      await send(ctx, resultView(event, done, at.t));
    },
  });
}

function fileQuestion({ t, subject }: Asking<Subject>): Question {
  return {
    key: 'file',
    label: t('places:list'),
    ask: t('places:ask_list'),
    kind: {
      ...upload(t),
      read(message) {
        const sent = fileOf(message);
        if (sent?.kind === 'document') return { kind: 'ok', value: sent as unknown as Json };
        return { kind: 'invalid', say: t('places:unreadable') };
      },
      accepts: () => subject.read === null || subject.read.kind === 'ok',
    },
  };
}
