import { createHash } from 'node:crypto';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { idOf, send } from '../../bot/view.ts';
import type { Answers } from '../../db/schema.ts';
import { defineForm, type Asking, type Form, type Question } from '../../forms/form.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { email } from '../../forms/kinds/email.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { countryName } from '../../programme.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { countryOptions } from '../people/questions.ts';
import type { Entered } from '../registration/named.ts';
import { findKnown, knownPeople, lastPerson, type Known } from './known.ts';
import { closedView, fullView } from './messages.ts';
import { askEntry, entryOf, isChosen } from './questions.ts';
import { add, type Whom } from './store.ts';

export const ADD = 'add_person';
const NEW = 'new';
const MOST = 8;

/** `known`: who may be meant, the likeliest first. `last`: see People in known.ts. */
type Subject = { event: Event; known: Known[]; last: number };

/** One person whom an organizer registers or invites. `landing`: shows what came of it. */
export function addForm(
  deps: Deps,
  landing: (ctx: PersonCtx, event: Event, entered: Extract<Entered, { registration: unknown }>) => Promise<void>,
): Form {
  const { programme } = deps;

  /**
   * All names are looked through only until it is said who is meant; where nobody was found, once more at the end, since the
   * name may be another one by then.
   */
  async function meant(event: Event, answers: Answers): Promise<Pick<Subject, 'known' | 'last'>> {
    const name = textOf(answers.fullName);
    if (name === '') return { known: [], last: 0 };
    const chosen = chosenIn(answers);
    const between = answers.agency !== undefined && !isChosen(event, answers, deps.clock.now());
    if (chosen?.kind === 'new' || (!chosen && between)) return { known: [], last: await lastPerson(deps.db) };
    if (chosen) {
      const one = await findKnown(deps.db, chosen.id);
      return { known: one ? [one] : [], last: 0 };
    }
    const people = await knownPeople(deps.db);
    const near = ({ country }: Known) => Number(country === answers.country);
    const known = people
      .like(name)
      .toSorted((a, b) => near(b) - near(a))
      .slice(0, MOST);
    return { known, last: people.last };
  }

  return defineForm<Subject, Entered>({
    key: ADD,
    needs: 'organizer of it',
    rereads: true,
    async load(db, _person, eventId, answers) {
      const event = await findEvent(db, eventId);
      return event?.status === 'published' ? { event, ...(await meant(event, answers)) } : null;
    },
    gone: async (ctx, eventId) => void (await send(ctx, closedView(eventId, ctx.t))),
    title: ({ t, subject }) => `${t('places:add_person')} · ${wording(subject.event, t).title}`,
    questions: (at) => [...askWhom(at), ...askEntry(programme, at.subject.event, at)],
    confirm: (t) => t('places:confirm'),
    async submit(tx, { subject, answers, person, now }) {
      const { event, last } = subject;
      const entry = entryOf(event, answers, now);
      return add(tx, programme, {
        eventId: event.id,
        whom: whom(answers, last),
        entry,
        actorId: person.id,
        again: true,
        now,
      });
    },
    async done(ctx, entered, { subject: { event, known }, answers }) {
      switch (entered.kind) {
        case 'registered':
        case 'offered':
        case 'already':
          return landing(ctx, event, entered);
        case 'full': {
          const chosen = chosenIn(answers);
          const country = (chosen?.kind === 'known' && known[0]?.country) || textOf(answers.country);
          const name = country ? countryName(programme, country, ctx.lang) : '—';
          return void (await send(ctx, fullView(event.id, name, ctx.t)));
        }
        case 'closed':
          return void (await send(ctx, closedView(event.id, ctx.t)));
      }
    },
  });

  /** First who it is, since somebody who is known need not be described once more. */
  function askWhom({ t, lang, subject: { known }, answers }: Asking<Subject>): Question[] {
    const name = textOf(answers.fullName);
    const options = known.map(({ id, ...one }) => ({ key: keyOf(id, name), label: described(one, lang) }));
    const who: Question = {
      key: 'who',
      follows: 'fullName',
      label: t('places:person'),
      ask: t('places:is_known'),
      kind: choice(t, [...options, { key: keyOf(NEW, name), label: t('places:somebody_new') }]),
    };
    const isNew = chosenIn(answers)?.kind === 'new';
    const asks = known.length > 0 || isNew;
    return [
      { key: 'fullName', label: t('people:full_name'), ask: t('places:ask_name'), kind: text(t, { min: 2, max: 150 }) },
      {
        key: 'country',
        label: t('people:country'),
        ask: t('places:ask_country'),
        kind: choice(t, countryOptions(programme, lang), { columns: 2 }),
      },
      ...(asks ? [who] : []),
      ...(isNew || known.length === 0 ? details(t) : []),
    ];
  }

  function described({ fullName, latinName, country, agency }: Omit<Known, 'id'>, lang: string): string {
    const name = fullName ?? latinName;
    return [name, country && countryName(programme, country, lang), agency].filter(Boolean).join(' · ');
  }
}

const details = (t: Asking<unknown>['t']): Question[] => [
  {
    key: 'agency',
    label: t('people:agency'),
    ask: t('places:ask_agency'),
    optional: true,
    kind: text(t, { min: 2, max: 200 }),
  },
  {
    key: 'position',
    label: t('people:position'),
    ask: t('places:ask_position'),
    optional: true,
    kind: text(t, { min: 2, max: 150 }),
  },
  { key: 'email', label: t('people:email'), ask: t('places:ask_email'), optional: true, kind: email(t) },
];

/** The choice among people of one name is none among those of another: the answer says for which it was made. */
const keyOf = (who: number | typeof NEW, name: string): string =>
  `${who}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;

function chosenIn({ fullName, who }: Answers): { kind: 'new' } | { kind: 'known'; id: number } | null {
  const [what = ''] = textOf(who).split('-');
  const [name, id] = [textOf(fullName), idOf(what)];
  if (who === keyOf(NEW, name)) return { kind: 'new' };
  return id && who === keyOf(id, name) ? { kind: 'known', id } : null;
}

function whom(answers: Answers, last: number): Whom {
  const chosen = chosenIn(answers);
  if (chosen?.kind === 'known') return chosen;
  const [agency, position, address] = [answers.agency, answers.position, answers.email].map(
    (one) => textOf(one ?? '') || null,
  );
  const named = { fullName: textOf(answers.fullName), country: textOf(answers.country) };
  return { kind: 'new', named: { ...named, agency: agency!, position: position!, email: address! }, last };
}
