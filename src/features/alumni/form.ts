import { lines } from '../../bot/html.ts';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { send } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { several, yesNo } from '../../forms/kinds/choice.ts';
import { text } from '../../forms/kinds/text.ts';
import { text as wording } from '../../programme.ts';
import { closedView, directoryView, entryText, profileFirstView } from './messages.ts';
import { rememberSearch } from './search.ts';
import {
  entryOf,
  findEntry,
  findProfile,
  isNamed,
  mayLook,
  showInDirectory,
  type Profile,
  type Shown,
} from './store.ts';

const EXPERTISE_MAX = 5;

/** Entering the directory, or changing what it shows: the summary is the entry as others will see it. */
export function entryForm({ programme, db }: Deps): Form {
  return defineForm<Profile, void>({
    key: 'directory_profile',
    needs: 'person',
    load: async (db, person) => (isNamed(person) ? findProfile(db, person.id) : null),
    async gone(ctx) {
      const attended = (await findProfile(db, ctx.person.id)) !== null;
      await send(ctx, attended ? profileFirstView(ctx.t) : closedView(ctx.t));
    },
    title: ({ t }) => t('alumni:entry_title'),
    questions: ({ t, lang, person: { agency, position } }) => [
      ...(agency
        ? [
            {
              key: 'showAgency',
              label: t('people:agency'),
              ask: t('alumni:ask_show_agency', { agency }),
              kind: yesNo(t),
            },
          ]
        : []),
      ...(position
        ? [
            {
              key: 'showPosition',
              label: t('people:position'),
              ask: t('alumni:ask_show_position', { position }),
              kind: yesNo(t),
            },
          ]
        : []),
      {
        key: 'expertise',
        label: t('alumni:expertise'),
        ask: t('alumni:ask_expertise', { max: EXPERTISE_MAX }),
        kind: several(
          t,
          programme.expertise.map(({ key, names }) => ({ key, label: wording(programme, names, lang) })),
          { max: EXPERTISE_MAX },
        ),
      },
      {
        key: 'about',
        label: t('alumni:about_me'),
        ask: t('alumni:ask_about_me'),
        optional: true,
        kind: text(t, { max: 500 }),
      },
    ],
    known: ({ subject }) => (hasChosen(subject) ? chosen(subject) : {}),
    preview: (at) =>
      lines(at.t('alumni:preview'), '', entryText(entryOf(at.person, shownBy(at.answers)), { ...at, programme })),
    confirm: (t) => t('alumni:publish'),
    submit: (tx, { person, answers }) => showInDirectory(tx, person.id, shownBy(answers)),
    async done(ctx) {
      const { t, lang } = ctx;
      await send(ctx, directoryView(await findEntry(db, ctx.person.id), { t, lang, programme }));
    },
  });
}

/** They have been through the form before, whether they are visible now or not. */
const hasChosen = ({ visible, showAgency, showPosition, expertise, about }: Profile) =>
  visible || showAgency || showPosition || expertise.length > 0 || about !== null;

const chosen = ({ showAgency, showPosition, expertise, about }: Shown): Answers => ({
  showAgency: showAgency ? 'yes' : 'no',
  showPosition: showPosition ? 'yes' : 'no',
  expertise,
  about,
});

const shownBy = ({ showAgency, showPosition, expertise, about }: Answers): Shown => ({
  showAgency: showAgency === 'yes',
  showPosition: showPosition === 'yes',
  expertise: Array.isArray(expertise) ? expertise.map(String) : [],
  about: typeof about === 'string' ? about : null,
});

/** One question; `found` shows the first page of what it finds. */
export function searchForm(deps: Deps, found: (ctx: PersonCtx, searchId: number) => Promise<void>): Form {
  return defineForm<true, number>({
    key: 'directory_search',
    needs: 'person',
    ephemeral: true,
    load: async (_db, person) => (await mayLook(deps, person)) || null,
    gone: async (ctx) => void (await send(ctx, closedView(ctx.t))),
    title: ({ t }) => t('alumni:search_title'),
    questions: ({ t }) => [
      { key: 'words', label: t('alumni:words'), ask: t('alumni:ask_words'), kind: text(t, { max: 100 }) },
    ],
    submit: (tx, { person, answers, now }) => rememberSearch(tx, person.id, answers.words as string, now),
    done: found,
  });
}
