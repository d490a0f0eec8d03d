import type { Deps, PersonCtx } from '../../bot/context.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { menu, send, type View } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type FormDefinition, type Kind, type Question } from '../../forms/form.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { certificatesButton, tooOftenView } from './messages.ts';
import { printed, unprintable } from './paper/faces.ts';
import { titleIn } from './papers.ts';
import { approve, type Approved } from './deciding.ts';
import { eventOfCertificate, findCertificate, type Certificate, type Known } from './store.ts';

/** Characters of a name: three lines of the paper at the most. */
const LONGEST = 100;

/** The language that a certificate can always have, beside that of the person. */
const EVERYWHERE = 'en';

/** What the pages say once it is issued. */
export type Landing = {
  issued(ctx: PersonCtx, one: Certificate): Promise<void>;
  changed(ctx: PersonCtx, id: number): Promise<void>;
};

type NameForm = FormDefinition<Known, Approved>;

/**
 * The name is approved as it will be printed, and the language chosen: by who it is for, or, for somebody who does not use the
 * bot, by an organizer. The subject is the certificate: a proposal is issued, and one with a wrong name is replaced.
 */
export function nameForms(deps: Deps, { own, organizers }: { own: Landing; organizers: Landing }): Form[] {
  const { programme } = deps;
  const common = (landing: Landing): Omit<NameForm, 'key' | 'needs' | 'load' | 'questions'> => ({
    ephemeral: true,
    gone: (ctx, id) => landing.changed(ctx, id),
    title: ({ t, subject }) => `${t('certificates:name_form')} · ${titleIn(subject.certificate.certified, t.reads)}`,
    confirm: (t) => t('certificates:approve_and_issue'),
    preview: ({ t, answers, subject }) =>
      lines(
        t('certificates:will_say'),
        html`<b>${textOf(answers.name)}</b>`,
        html`${t('certificates:label_language')} · ${languageName(languageOf(subject, answers))}`,
      ),
    submit: (tx, { subject, answers, now }) =>
      approve(
        tx,
        { id: subject.certificate.id, name: printed(textOf(answers.name)), language: languageOf(subject, answers) },
        programme,
        now,
      ),
    async done(ctx, outcome, { subject }) {
      switch (outcome.kind) {
        case 'issued':
          return landing.issued(ctx, outcome.certificate);
        case 'too often':
          return void (await send(ctx, tooOftenView(programme.contact.email, ctx)));
        case 'changed meanwhile':
          return landing.changed(ctx, subject.certificate.id);
      }
    },
  });
  const languageOf = (subject: Known, { language }: Answers): string => {
    const offered = languagesFor(subject, deps);
    return offered.find((one) => one === language) ?? offered[0]!;
  };
  const asked = (at: Asking<Known>, ask: string): Question[] => questions(at, ask, languagesFor(at.subject, deps));
  return [
    defineForm<Known, Approved>({
      ...common(own),
      key: 'certificate_name',
      needs: 'person',
      async load(db, person, id) {
        const known = await findCertificate(db, id);
        const theirs = known?.certificate.personId === person.id;
        return theirs && ['proposed', 'valid'].includes(known.certificate.state) ? known : null;
      },
      questions(at) {
        const ask = at.t('certificates:ask_name');
        const replaces = at.subject.certificate.state === 'valid';
        return asked(at, replaces ? `${at.t('certificates:replaces')}\n\n${ask}` : ask);
      },
    }),
    defineForm<Known, Approved>({
      ...common(organizers),
      key: 'certificate_approve',
      needs: 'organizer of it',
      of: eventOfCertificate,
      async load(db, _person, id) {
        const known = await findCertificate(db, id);
        return known?.person.telegramId === null && known.certificate.state === 'proposed' ? known : null;
      },
      questions: (at) => asked(at, at.t('certificates:ask_name_of')),
    }),
  ];
}

function languagesFor({ person }: Known, { programme }: Pick<Deps, 'programme'>): string[] {
  const known = [person.language, EVERYWHERE].filter((one) => programme.languages.includes(one));
  return [...new Set(known.length > 0 ? known : [programme.defaultLanguage])];
}

function questions({ t, subject }: Asking<Known>, ask: string, languages: string[]): Question[] {
  const { latinName, fullName } = subject.person;
  const known = [latinName, fullName]
    .flatMap((name) => name ?? [])
    .filter((name) => fits(name) && printed(name) !== '');
  const ready = [...new Set(known.map(printed))].map((name, i) => ({
    token: String(i + 1),
    label: name,
    value: name,
    shown: name,
  }));
  const language: Question = {
    key: 'language',
    label: t('certificates:label_language'),
    ask: t('certificates:ask_language'),
    kind: choice(
      t,
      languages.map((key) => ({ key, label: languageName(key) })),
    ),
  };
  return [
    { key: 'name', label: t('certificates:label_name'), ask, kind: offering(t, printableName(t), ready) },
    ...(languages.length > 1 ? [language] : []),
  ];
}

const fits = (name: string) => unprintable(name).length === 0 && [...name].length <= LONGEST;

/** A name that fonts have: anything else would be a box on the paper. */
function printableName(t: T): Kind {
  const typed = text(t, { min: 2, max: LONGEST });
  return {
    ...typed,
    read(message) {
      const read = typed.read(message);
      if (read.kind !== 'ok') return read;
      const name = printed(textOf(read.value));
      const odd = unprintable(textOf(read.value));
      if (odd.length > 0) return { kind: 'invalid', say: t('certificates:cant_print', { list: odd.join(' ') }) };
      return { ...read, value: name };
    },
    accepts: (value) => typeof value === 'string' && fits(value),
  };
}

export const goneView = (t: T): View => ({
  text: html`${t('certificates:not_available')}`,
  buttons: [[certificatesButton(t)], [menu(t)]],
});
