import type { Deps, Person, PersonCtx } from '../../bot/context.ts';
import { clip, send } from '../../bot/view.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { acknowledgement } from '../../forms/kinds/acknowledgement.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { countryName } from '../../programme.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { countryOfList, eventOfList, listOf, type List } from './list.ts';
import { closedNote, described } from './messages.ts';
import type { Pages } from './pages.ts';
import { mayChange, namesakes, type Actor } from './store.ts';
import { nominate, nominateNew, type Nominated } from './write.ts';

/** `candidates`: who bears the name `soughtName`. */
type Subject = { event: Event; list: List; actor: Actor; soughtName: string; candidates: Person[] };

/** As many as can be told apart at a glance. */
const CANDIDATES = 5;
const SOMEBODY_ELSE = 'new';

/**
 * A country nominates somebody. Who bears that name there is offered first, so that nobody is in the programme twice. Who is new
 * has not agreed to anything yet: whoever names them says that they know of it.
 */
export function nominateForm(deps: Deps, { actorAt, showList, showNominee, reader }: Pages): Form {
  const { programme, clock } = deps;
  return defineForm<Subject, Nominated>({
    key: 'nominate',
    needs: 'focal point or organizer of it',
    of: eventOfList,
    country: countryOfList,
    rereads: true,
    async load(db, person, id, answers) {
      const list = listOf(id);
      const event = await findEvent(db, list.eventId);
      const actor = await actorAt(person, list.eventId);
      if (!event || !mayChange(event, actor, clock.now())) return null;
      const soughtName = textOf(answers.name);
      const candidates = soughtName === '' ? [] : await namesakes(db, list.country, soughtName, CANDIDATES);
      return { event, list, actor, soughtName, candidates };
    },
    async gone(ctx, id) {
      await showList(ctx, listOf(id), { how: send });
    },
    async cancelled(ctx, id) {
      await showList(ctx, listOf(id), { how: send });
    },
    title: ({ t, lang, subject: { event, list } }) =>
      [t('nominations:nominate'), countryName(programme, list.country, lang), clip(wording(event, t).title, 100)].join(
        ' · ',
      ),
    questions,
    confirm: (t) => t('nominations:nominate'),
    submit(tx, { subject: { list, actor, candidates }, answers, person, now }) {
      const by = { personId: person.id, actor, now };
      const known = candidates.find(({ id }) => String(id) === answers.who);
      if (known) return nominate(tx, list, known.id, by);
      const given = (key: string) => textOf(answers[key]) || null;
      const named = { fullName: textOf(answers.name), agency: given('agency'), position: given('position') };
      return nominateNew(tx, programme, list, named, by);
    },
    async done(ctx, outcome, { subject }) {
      const { list, actor } = subject;
      if ('nominationId' in outcome)
        return showNominee(ctx, outcome.nominationId, { note: noteOn(outcome, ctx), how: send });
      const note = outcome.kind === 'closed' ? closedNote(actor, false, reader(ctx)) : noteOn(outcome, ctx);
      await showList(ctx, list, { note, how: send });
    },
  });
}

function questions({ t, answers, subject: { soughtName, candidates } }: Asking<Subject>): Question[] {
  // The name was answered just now: whether this one is asked is known at the next look.
  const unsought = soughtName !== textOf(answers.name);
  const known = candidates.some(({ id }) => String(id) === answers.who);
  return [
    {
      key: 'name',
      label: t('people:full_name'),
      ask: t('nominations:ask_name'),
      kind: text(t, { min: 2, max: 150 }),
    },
    ...(unsought || candidates.length > 0 ? [askWho(t, candidates)] : []),
    ...(known ? [] : askAboutNew(t)),
  ];
}

const askWho = (t: PersonCtx['t'], candidates: Person[]): Question => ({
  key: 'who',
  follows: 'name',
  label: t('nominations:person'),
  ask: t('nominations:ask_who'),
  kind: choice(t, [
    ...candidates.map((one) => ({ key: String(one.id), label: described(one) })),
    { key: SOMEBODY_ELSE, label: t('nominations:somebody_else') },
  ]),
});

const askAboutNew = (t: PersonCtx['t']): Question[] => [
  {
    key: 'agency',
    label: t('people:agency'),
    ask: t('nominations:ask_agency'),
    optional: true,
    kind: text(t, { min: 2, max: 200 }),
  },
  {
    key: 'position',
    label: t('people:position'),
    ask: t('nominations:ask_position'),
    optional: true,
    kind: text(t, { min: 2, max: 150 }),
  },
  {
    key: 'agreed',
    label: t('nominations:agreement'),
    ask: t('nominations:ask_agreed'),
    kind: acknowledgement(t, t('nominations:agreed')),
  },
];

/** What came of it; whom to ask when it is too late stands on the list. */
export function noteOn(outcome: Nominated, { t }: Pick<PersonCtx, 't'>): string {
  switch (outcome.kind) {
    case 'nominated':
      return t('nominations:was_nominated');
    case 'already':
      return t('nominations:already');
    case 'elsewhere':
      return t('nominations:elsewhere');
    case 'full':
      return t('nominations:full');
    case 'not theirs':
      return t('nominations:not_theirs');
    case 'closed':
      return t('changes:unchangeable');
  }
}
