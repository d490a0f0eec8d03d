import { InputFile } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, send, show } from '../../bot/view.ts';
import { dropDrafts } from '../../forms/draft.ts';
import { dropItem, moveItem } from '../../forms/spec/edit.ts';
import { askedItems, NO_QUESTIONS, type FormSpec } from '../../forms/spec/spec.ts';
import { writeFile } from '../../forms/spec/xlsform/file.ts';
import { writeForm } from '../../forms/spec/xlsform/write.ts';
import { readerOf } from '../events/messages.ts';
import { findEvent, type Event } from '../events/store.ts';
import type { Feature } from '../feature.ts';
import { change, type Changed } from './change.ts';
import { filesOf } from './files.ts';
import { handFile } from './hand-file.ts';
import { IMPORT, importForm, type Landing } from './import-form.ts';
import {
  chooseLanguageView,
  filesView,
  questionsView,
  questionView,
  reallyDropView,
  toQuestions,
  versionsView,
} from './page-messages.ts';
import { letterOf, purposeOf, type Made } from './purposes.ts';
import { ADD, addForm, EDIT, editForm } from './question-form.ts';
import { sentences } from './report-messages.ts';
import * as store from './store.ts';
import { TRIAL, trialForm } from './trial-form.ts';

/** What organizers ask people beyond Bilim's own questions: seen, tried, taken from a file and written into one. */
export function forms(deps: Deps): Feature {
  const { db, clock, i18n } = deps;

  const reader = (to: PersonCtx) => readerOf(deps, to);

  async function page(
    ctx: PersonCtx,
    event: Event,
    purpose: Made,
    { wanted, note, how = show }: { wanted?: string | undefined; note?: string; how?: typeof show } = {},
  ): Promise<void> {
    const versions = await store.versionsOf(db, { eventId: event.id, purpose });
    await how(ctx, questionsView(event, purpose, versions, wanted, reader(ctx), note));
  }

  const sendNew: typeof show = async (ctx, view) => void (await send(ctx, view));

  const landing: Landing = {
    async show(ctx, { eventId, purpose }, note) {
      const event = await findEvent(db, eventId);
      if (event) await page(ctx, event, purposeOf(letterOf(purpose)), { note, how: sendNew });
    },
    tell: (ctx, use, changed) => landing.show(ctx, use, noteOf(ctx, changed)),
    async changed(ctx, versionId) {
      const found = await store.findVersion(db, versionId);
      if (found) return landing.show(ctx, found.use, ctx.t('questionnaires:changed_meanwhile'));
      await gone(ctx);
    },
  };

  function noteOf({ t }: PersonCtx, changed: Changed): string {
    switch (changed.kind) {
      case 'saved':
        return t('questionnaires:saved');
      case 'changed meanwhile':
        return t('questionnaires:changed_meanwhile');
      case 'refused':
        return `${t('questionnaires:not_changed')}\n${sentences(changed.problems, t)}`;
    }
  }

  async function gone(ctx: PersonCtx): Promise<void> {
    const back = { text: ctx.t('common:menu_organize'), data: 'organize' };
    await show(ctx, { text: html`${ctx.t('events:not_found')}`, buttons: [[back]] });
  }

  /** A press about what an event asks, and when. */
  function onUse(
    name: string,
    go: (ctx: PersonCtx, event: Event, purpose: Made, wanted?: string) => Promise<void>,
  ): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      async do(ctx, id, letter, wanted) {
        const event = await findEvent(db, idOf(id));
        await (event ? go(ctx, event, purposeOf(letter), wanted) : gone(ctx));
      },
    };
  }

  type Found = NonNullable<Awaited<ReturnType<typeof store.findVersion>>>;

  /** A press about one version of it. */
  function onVersion(name: string, go: (ctx: PersonCtx, found: Found, argument?: string) => Promise<void>): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      of: store.eventOfVersion,
      async do(ctx, id, argument) {
        const found = await store.findVersion(db, idOf(id));
        await (found ? go(ctx, found, argument) : gone(ctx));
      },
    };
  }

  /** A press about one question of the version that is asked now. */
  function onQuestion(
    name: string,
    go: (ctx: PersonCtx, found: Found, i: number, argument?: string) => Promise<void>,
  ): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      of: store.eventOfVersion,
      async do(ctx, id, i, argument) {
        const found = await store.findVersion(db, idOf(id));
        if (!found) return gone(ctx);
        const there = found.current && idOf(i) < askedItems(found.version.spec).length;
        await (there
          ? go(ctx, found, idOf(i), argument)
          : nowView(ctx, found, ctx.t('questionnaires:changed_meanwhile')));
      },
    };
  }

  /** What the form asks now, in place of what was pressed. */
  async function nowView(ctx: PersonCtx, { use }: Found, note: string, i?: number): Promise<void> {
    const event = await findEvent(db, use.eventId);
    const wanted = i === undefined ? undefined : String(Math.floor(i / 10));
    if (event) await page(ctx, event, purposeOf(letterOf(use.purpose)), { note, wanted });
  }

  /** A change by one press; `i`: the question that it is about. */
  async function changeTo(ctx: PersonCtx, { version, use }: Found, spec: FormSpec): Promise<Changed> {
    const by = { was: version.id, by: ctx.person.id, now: clock.now() };
    return db.transaction((tx) => change(tx, use, spec, by));
  }

  /** The version that work on a form begins with: an empty one, if there is none. */
  async function versionToChange(ctx: PersonCtx, use: store.Use): Promise<store.Version | null> {
    const current = await store.currentVersion(db, use);
    if (current) return current;
    const by = { was: null, by: ctx.person.id, now: clock.now() };
    const made = await db.transaction((tx) => store.saveVersion(tx, use, NO_QUESTIONS, by));
    return made.kind === 'saved' ? made.version : store.currentVersion(db, use);
  }

  /** From its beginning, whatever was left of it. */
  async function fillAnew(ctx: PersonCtx, form: string, versionId: number, given = {}): Promise<void> {
    await dropDrafts(db, ctx.person, [form], versionId);
    await ctx.fill(form, versionId, given);
  }

  return {
    name: 'forms',
    forms: [addForm(deps, landing), editForm(deps, landing), importForm(deps, landing), trialForm(deps, landing)],
    routes: [
      onUse('questions', (ctx, event, purpose, wanted) => page(ctx, event, purpose, { wanted })),
      onUse('form_versions', async (ctx, event, purpose) => {
        const versions = await store.versionsOf(db, { eventId: event.id, purpose });
        await show(ctx, versionsView(event, purpose, versions, reader(ctx)));
      }),
      onUse('import_form', async (ctx, event, purpose) => {
        const version = await versionToChange(ctx, { eventId: event.id, purpose });
        if (version) await fillAnew(ctx, IMPORT, version.id);
      }),
      onUse('add_question', async (ctx, event, purpose) => {
        const version = await versionToChange(ctx, { eventId: event.id, purpose });
        if (version) await ctx.fill(ADD, version.formId);
      }),
      onQuestion('question', async (ctx, found, i) => show(ctx, questionView(found, i, ctx))),
      onQuestion('edit_question', async (ctx, { version }, i) => {
        const { name } = askedItems(version.spec)[i]!;
        await fillAnew(ctx, EDIT, version.formId, { name, was: version.id });
      }),
      onQuestion('move_question', async (ctx, found, i, down) => {
        const { name } = askedItems(found.version.spec)[i]!;
        const changed = await changeTo(ctx, found, moveItem(found.version.spec, name, down === '1' ? 1 : -1));
        if (changed.kind !== 'saved') return nowView(ctx, found, noteOf(ctx, changed));
        const at = askedItems(changed.version.spec).findIndex((item) => item.name === name);
        await show(ctx, questionView({ ...found, version: changed.version }, at, ctx));
      }),
      onQuestion('really_drop_question', async (ctx, { version }, i) => show(ctx, reallyDropView(version, i, ctx.t))),
      onQuestion('drop_question', async (ctx, found, i) => {
        const { name } = askedItems(found.version.spec)[i]!;
        await nowView(ctx, found, noteOf(ctx, await changeTo(ctx, found, dropItem(found.version.spec, name))), i);
      }),
      onUse('answer_files', async (ctx, event, purpose, wanted) => {
        const files = await filesOf(db, { eventId: event.id, purpose }, ctx.t);
        await show(ctx, filesView(event, purpose, files, wanted, reader(ctx)));
      }),
      onUse('answer_file', async (ctx, event, purpose, uniqueId) => {
        const files = await filesOf(db, { eventId: event.id, purpose }, ctx.t);
        const found = files.find(({ file }) => file.fileUniqueId === uniqueId);
        if (!found || !(await handFile(ctx, found)))
          await ctx.answerCallbackQuery({ text: ctx.t('questionnaires:file_lost'), show_alert: true });
      }),
      onVersion('export_form', async (ctx, { version, use }) => {
        const event = await findEvent(db, use.eventId);
        const file = await writeFile(writeForm(version.spec));
        await ctx.replyWithDocument(new InputFile(file, `questions-${event?.code ?? version.id}.xlsx`));
      }),
      onVersion('try_form', async (ctx, { version, use }, language) => {
        const spoken = i18n.languages.filter((one) => askedItems(version.spec).some(({ label }) => one in label));
        if (language === undefined && spoken.length > 1) {
          const back = toQuestions(ctx.t, use.eventId, purposeOf(letterOf(use.purpose)));
          return show(ctx, chooseLanguageView(version, spoken, back, ctx.t));
        }
        await fillAnew(ctx, TRIAL, version.id, { language: language && i18n.has(language) ? language : ctx.lang });
      }),
    ],
  };
}
