import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import { formatNumber } from '../../bot/format/quantities.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { isOrganizer } from '../../bot/roles.ts';
import { send, show } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Kind, type Question } from '../../forms/form.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { richText } from '../../forms/kinds/rich-text.ts';
import { onceAnAlbum } from './album.ts';
import { correct, countCopies, type Copies } from './copies.ts';
import { excerpt, goneView } from './messages.ts';
import type { Progress } from './progress.ts';
import { textKey, textOf } from './questions.ts';
import type { Standing } from './standing.ts';
import type { Decision } from './steps.ts';
import { findAnnouncement, type Announcement, type Text } from './store.ts';

/** `copies`: of the text that is to be corrected, once that is known. */
type Subject = { one: Announcement; copies: Copies };

/** Puts another text in the place of one that was sent. Its subject is the announcement; only its author may. */
export function correctForm(deps: Deps, standing: Standing, progress: Progress): Form {
  const { db, clock } = deps;

  async function load(id: number, person: Person, answers: Answers): Promise<Subject | null> {
    const one = await findAnnouncement(db, id);
    const sent = one !== null && one.startedAt !== null && one.recalledAt === null;
    if (!sent || one.authorId !== person.id || !(await isOrganizer(deps, person))) return null;
    return { one, copies: await countCopies(db, id, clock.now(), chosenText(one, answers)?.language) };
  }

  async function standsNow(ctx: PersonCtx, id: number): Promise<void> {
    // The dialog may have been left open for long: what is shown is for organizers.
    const one = (await isOrganizer(deps, ctx.person)) ? await findAnnouncement(db, id) : null;
    await send(ctx, one ? await standing.view(one, standing.viewer(ctx)) : goneView(ctx.t));
  }

  return defineForm<Subject, Decision>({
    key: 'announcement_correct',
    organizer: true,
    ephemeral: true,
    load: (_db, person, id, answers) => load(id, person, answers),
    gone: (ctx) => show(ctx, goneView(ctx.t)),
    title: ({ t }) => t('announcements:correct'),
    questions({ t, answers, subject: { one } }) {
      const text = chosenText(one, answers);
      return [...(one.texts.length > 1 ? [whichQuestion(t, one)] : []), ...(text ? [textQuestion(t, text)] : [])];
    },
    confirm: (t) => t('announcements:correct_now'),
    preview({ t, lang, subject: { one, copies }, answers }: Asking<Subject>) {
      const number = (count: number) => formatNumber(lang, count);
      const text = chosenText(one, answers);
      return lines(
        excerpt(one, t),
        '',
        text && html`<b>${languageName(text.language)}</b>`,
        text && html`${richText(t).show(answers[textKey(text.language)]!)}`,
        '',
        html`${t('announcements:correct_sent')} · ${number(copies.fresh + copies.late)}`,
        copies.waiting > 0 && html`${t('announcements:correct_waiting')} · ${number(copies.waiting)}`,
        html`${t('announcements:correct_explained')}`,
      );
    },
    submit(tx, { person, subject: { one }, answers, now }) {
      const { language } = chosenText(one, answers)!;
      const corrected = textOf(language, answers[textKey(language)]);
      return correct(tx, one.id, standing.organizer(person), corrected, now);
    },
    async done(ctx, decision, { subject }) {
      if (decision !== 'done') await send(ctx, { text: html`${ctx.t('announcements:too_late')}` });
      await standsNow(ctx, subject.one.id);
      await progress.show(subject.one.id);
    },
    besides: onceAnAlbum(),
    cancelled: standsNow,
  });
}

/** Of several texts the one that was asked for. */
function chosenText({ texts }: Announcement, { which }: Answers): Text | undefined {
  return texts.length > 1 ? texts.find(({ language }) => language === which) : texts[0];
}

function whichQuestion(t: T, { texts }: Announcement): Question {
  const options = texts.map(({ language }) => ({ key: language, label: languageName(language) }));
  return {
    key: 'which',
    label: t('announcements:languages'),
    ask: t('announcements:ask_which_text'),
    kind: choice(t, options, { columns: 2 }),
  };
}

function textQuestion(t: T, text: Text): Question {
  const { language, media } = text;
  const say = t(`announcements:stays_${media?.kind ?? 'text'}`);
  return {
    key: textKey(language),
    label: t('announcements:text', { language: languageName(language) }),
    ask: [t('announcements:ask_correction', { language: languageName(language) }), say].join('\n\n'),
    kind: different(t, richText(t, { media, say }), text),
  };
}

/** What is the same needs no correction. */
function different(t: T, kind: Kind, was: Text): Kind {
  return {
    ...kind,
    read(message) {
      const read = kind.read(message);
      if (read.kind !== 'ok') return read;
      const same = JSON.stringify(textOf(was.language, read.value)) === JSON.stringify(was);
      return same ? { kind: 'invalid', say: t('announcements:same_text') } : read;
    },
  };
}
