import type { Deps, PersonCtx } from '../../bot/context.ts';
import { defineForm, type Asking, type Form } from '../../forms/form.ts';
import type { Landing } from './import-form.ts';
import { madeQuestions } from './questions.ts';
import { eventOfVersion, findVersion, MADE, type Use, type Version } from './store.ts';

export const TRIAL = 'form_trial';

type Subject = { use: Use; version: Version; language: string };

/** A form as people are asked it, in the language that the organizer chose. Nothing is stored at the end. */
export function trialForm({ db, i18n }: Deps, landing: Landing): Form {
  const as = ({ subject: { language }, ...at }: Asking<Subject>) => ({ ...at, t: i18n.t(language), lang: language });
  const over = async (ctx: PersonCtx, versionId: number) => {
    const found = await findVersion(db, versionId);
    if (found) await landing.show(ctx, found.use, ctx.t('questionnaires:trial_over'));
  };
  return defineForm<Subject, null>({
    key: TRIAL,
    needs: 'organizer of it',
    of: eventOfVersion,
    ephemeral: true,
    rereads: true,
    async load(db, { language: own }, versionId, { language }) {
      const found = await findVersion(db, versionId);
      return found && { ...found, language: typeof language === 'string' ? language : own };
    },
    gone: (ctx, versionId) => landing.changed(ctx, versionId),
    title: ({ t }) => t('questionnaires:trial'),
    questions: (at) => madeQuestions(at.subject.version.spec, MADE, as(at)),
    confirm: (t) => t('questionnaires:finish_trial'),
    async submit() {
      return null;
    },
    done: (ctx, _nothing, { subject }) => over(ctx, subject.version.id),
    cancelled: over,
  });
}
