import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { download } from '../../bot/download.ts';
import { send } from '../../bot/view.ts';
import type { Json } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { fileOf, type SentFile } from '../../forms/kinds/file.ts';
import { upload } from '../../forms/kinds/upload.ts';
import type { Problem } from '../../forms/spec/problems.ts';
import { BIGGEST_FILE, readFile } from '../../forms/spec/xlsform/file.ts';
import { readForm, type ReadForm } from '../../forms/spec/xlsform/read.ts';
import { notAnonymous, type Changed } from './change.ts';
import { refusedReport, usableReport } from './report-messages.ts';
import { eventOfVersion, findVersion, saveVersion, type Saving, type Use, type Version } from './store.ts';

export const IMPORT = 'form_file';

/** `read`: what was sent; null: nothing yet. */
type Subject = { use: Use; version: Version; read: ReadForm | null };

/** Where organizers land after something was done to questions. */
export type Landing = {
  /** What they are now. */
  show(ctx: PersonCtx, use: Use, note: string): Promise<void>;
  /** The same, with what came of a change. */
  tell(ctx: PersonCtx, use: Use, changed: Changed): Promise<void>;
  /** The version that somebody works on is not the current one any more, or gone. */
  changed(ctx: PersonCtx, versionId: number): Promise<void>;
};

/**
 * A form from a file, about the version that it is to take the place of. A dry run: what is wrong with the file is told as
 * it comes, by sheet, row and column, and the question stays open for a better one. Nothing is stored but the draft's
 * reference to the file, which Telegram keeps: it is read again when it is used.
 */
export function importForm(deps: Deps, landing: Landing): Form {
  return defineForm<Subject, Saving>({
    key: IMPORT,
    needs: 'organizer of it',
    of: eventOfVersion,
    ephemeral: true,
    rereads: true,
    async load(db, _person, versionId, { file }) {
      const found = await findVersion(db, versionId);
      if (!found?.current) return null;
      return { ...found, read: file ? await readSent(deps, found.use, file as SentFile) : null };
    },
    gone: (ctx, versionId) => landing.changed(ctx, versionId),
    title: ({ t }) => t('questionnaires:import_title'),
    questions: (at) => [fileQuestion(at)],
    async besides(ctx, { t, subject }, question) {
      const sent = question === 'file' && ctx.message ? fileOf(ctx.message) : null;
      if (sent?.kind !== 'document') return false;
      const read = await readSent(deps, subject.use, sent);
      if (read.kind === 'ok') return false;
      const { view, file } = refusedReport(read, t);
      await send(ctx, view);
      if (file) await ctx.replyWithDocument(new InputFile(Buffer.from(file), 'problems.txt'));
      return true;
    },
    preview: ({ t, subject }) => usableReport(subject.read!, t),
    confirm: (t) => t('questionnaires:use_it'),
    async submit(tx, { subject: { use, version, read }, person, now }) {
      if (read?.kind !== 'ok') return { kind: 'changed meanwhile' };
      return saveVersion(tx, use, read.spec, { was: version.id, by: person.id, now });
    },
    done: (ctx, saving, { subject }) => landing.tell(ctx, subject.use, saving),
    cancelled: async (ctx, versionId) => {
      const found = await findVersion(deps.db, versionId);
      if (found) await landing.show(ctx, found.use, ctx.t('forms:cancelled'));
    },
  });
}

function fileQuestion({ t, subject }: Asking<Subject>): Question {
  const kind = upload(t);
  return {
    key: 'file',
    label: t('questionnaires:file'),
    ask: t('questionnaires:ask_file'),
    kind: {
      ...kind,
      read(message) {
        const sent = fileOf(message);
        if (sent?.kind === 'document') return { kind: 'ok', value: sent as unknown as Json };
        return { kind: 'invalid', say: t('questionnaires:expect_xlsx') };
      },
      accepts: () => subject.read?.kind !== 'refused',
    },
  };
}

async function readSent(deps: Deps, use: Use, { fileId, fileSize }: SentFile): Promise<ReadForm> {
  const where = { sheet: null, row: null, column: null };
  const refused = (...problems: Problem[]): ReadForm => ({ kind: 'refused', problems, warnings: [] });
  if ((fileSize ?? 0) > BIGGEST_FILE) return refused({ kind: 'file too big', most: BIGGEST_FILE, where });
  const bytes = await download(deps, fileId);
  if (!bytes) return refused({ kind: 'not a workbook', where });
  const file = await readFile(bytes);
  if (file.kind === 'refused') return refused(...file.problems);
  const read = readForm(file.sheets);
  const named = read.kind === 'ok' ? notAnonymous(use, read.spec) : [];
  if (named.length === 0) return read;
  return refused(
    ...named.map(({ about: _, column, ...problem }) => ({ ...problem, where: { ...where, sheet: 'survey', column } })),
  );
}
