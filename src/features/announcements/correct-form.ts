import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { may } from '../../bot/roles.ts';
import { send, show } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Kind, type Question } from '../../forms/form.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { richText } from '../../forms/kinds/rich-text.ts';
import { onceAnAlbum } from './album.ts';
import { countCopies, type Copies } from './copies.ts';
import { correctionAloneView, correctionLines, correctionNeeded } from './correction-messages.ts';
import { propose, wentToMany } from './corrections.ts';
import { excerpt, goneView } from './messages.ts';
import type { Progress } from './progress.ts';
import { textKey, textOf } from './questions.ts';
import type { Standing } from './standing.ts';
import { eventOfAnnouncement, findAnnouncement, type Announcement, type Text } from './store.ts';

/** `copies`: of the text that is to be corrected, once that is known. `many`: a second organizer has to approve. */
type Subject = { one: Announcement; copies: Copies; many: boolean };

/** Puts another text in the place of one that was sent. Its subject is the announcement; only its author may. */
export function correctForm(deps: Deps, standing: Standing, progress: Progress): Form {
  const { db, clock, programme } = deps;

  async function load(id: number, person: Person, answers: Answers): Promise<Subject | null> {
    const one = await findAnnouncement(db, id);
    const sent = one !== null && one.startedAt !== null && one.recalledAt === null;
    if (!sent || one.authorId !== person.id) return null;
    const copies = await countCopies(db, id, clock.now(), chosenText(one, answers)?.language);
    return { one, copies, many: await wentToMany(db, id, programme) };
  }

  async function standsNow(ctx: PersonCtx, id: number): Promise<void> {
    // The dialog may have been left open for long: what is shown is for organizers.
    const one = (await may(deps, ctx.person, { needs: 'organizer of it', of: eventOfAnnouncement }, [String(id)]))
      ? await findAnnouncement(db, id)
      : null;
    await send(ctx, one ? await standing.view(one, standing.viewer(ctx)) : goneView(ctx.t));
  }

  return defineForm<Subject, Awaited<ReturnType<typeof propose>>>({
    key: 'announcement_correct',
    needs: 'organizer of it',
    of: eventOfAnnouncement,
    ephemeral: true,
    rereads: true,
    load: (_db, person, id, answers) => load(id, person, answers),
    gone: (ctx) => show(ctx, goneView(ctx.t)),
    title: ({ t }) => t('announcements:correct'),
    questions({ t, answers, subject: { one } }) {
      const text = chosenText(one, answers);
      return [...(one.texts.length > 1 ? [whichQuestion(t, one)] : []), ...(text ? [textQuestion(t, text)] : [])];
    },
    confirm: (t) => t('announcements:correct_now'),
    preview({ t, lang, person, subject: { one, copies, many }, answers }: Asking<Subject>) {
      const reader = { t, lang, programme, zone: person.zone };
      const text = chosenText(one, answers);
      return lines(
        excerpt(one, t),
        '',
        text && html`<b>${languageName(text.language)}</b>`,
        text && html`${richText(t).show(answers[textKey(text.language)]!)}`,
        '',
        ...correctionLines(reader, one, copies),
        many && correctionNeeded(reader),
      );
    },
    submit(tx, { person, subject: { one }, answers, now }) {
      const { language } = chosenText(one, answers)!;
      const corrected = textOf(language, answers[textKey(language)]);
      return propose(tx, one.id, standing.organizer(person), corrected, deps, now);
    },
    async done(ctx, decision, { subject }) {
      const { one } = subject;
      const { reader, organizer } = standing.viewer(ctx);
      if (decision === 'nobody else') return void (await send(ctx, correctionAloneView(reader, one, organizer.owner)));
      if (decision === 'too late') await send(ctx, { text: html`${ctx.t('announcements:too_late')}` });
      await standsNow(ctx, one.id);
      await progress.show(one.id);
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
