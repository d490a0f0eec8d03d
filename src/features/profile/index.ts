import type { Deps } from '../../bot/context.ts';
import type { Feature } from '../feature.ts';
import { html, lines } from '../../bot/html.ts';
import { entry } from '../../bot/routes.ts';
import { menu, send, show, type View } from '../../bot/view.ts';
import { defineForm, shownAnswer, type Asking } from '../../forms/form.ts';
import { knownProfile, profileQuestions } from '../people/questions.ts';
import { findPerson, saveProfile } from '../people/store.ts';

/** What the programme knows of somebody, and changing it. */
export function profile(deps: Deps): Feature {
  const { db, programme } = deps;

  function profileView(at: Pick<Asking<unknown>, 't' | 'lang' | 'person'>): View {
    const { t, person } = at;
    const answers = knownProfile(person);
    const questions = profileQuestions(programme, { ...at, answers });
    return {
      text: lines(
        html`<b>${t('common:menu_profile')}</b>`,
        '',
        ...questions.map((question) => html`${question.label} · <b>${shownAnswer(question, answers)}</b>`),
        '',
        html`${t('profile:who_sees')}`,
      ),
      buttons: [[{ text: t('common:edit'), data: 'edit_profile' }], [menu(t)]],
    };
  }

  return {
    name: 'profile',
    forms: [
      defineForm<true, void>({
        key: 'profile',
        needs: 'person',
        load: async () => true,
        gone: async () => undefined,
        title: ({ t }) => t('common:menu_profile'),
        questions: (at) => profileQuestions(programme, at),
        known: ({ person }) => knownProfile(person),
        confirm: (t) => t('common:save'),
        submit: (tx, { person, answers }) => saveProfile(tx, programme, person, answers),
        async done(ctx) {
          const person = await findPerson(db, ctx.person.id);
          await send(ctx, profileView({ ...ctx, person: person ?? ctx.person, t: ctx.t, lang: ctx.lang }));
        },
      }),
    ],
    routes: [
      ...entry('profile', 'person', (ctx) => show(ctx, profileView(ctx))),
      { on: 'press', name: 'edit_profile', needs: 'person', do: (ctx) => ctx.fill('profile') },
    ],
  };
}
