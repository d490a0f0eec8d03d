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
import { findKnown, knownPeople, type Known } from './known.ts';
import { closedView, fullView } from './messages.ts';
import { askEntry, entryOf } from './questions.ts';
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

  async function meant(answers: Answers): Promise<Pick<Subject, 'known' | 'last'>> {
    const name = textOf(answers.fullName);
    if (name === '') return { known: [], last: 0 };
    const chosen = idOf(textOf(answers.who));
    if (chosen) {
      const one = await findKnown(deps.db, chosen);
      return { known: one ? [one] : [], last: 0 };
    }
    const people = await knownPeople(deps.db);
    const near = ({ country }: Known) => Number(country === answers.country);
    return {
      known: people
        .like(name)
        .toSorted((a, b) => near(b) - near(a))
        .slice(0, MOST),
      last: people.last,
    };
  }

  return defineForm<Subject, Entered>({
    key: ADD,
    needs: 'organizer of it',
    rereads: true,
    async load(db, _person, eventId, answers) {
      const event = await findEvent(db, eventId);
      return event?.status === 'published' ? { event, ...(await meant(answers)) } : null;
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
          const country = known.find(({ id }) => String(id) === answers.who)?.country ?? textOf(answers.country);
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
    const options = known.map(({ id, ...one }) => ({ key: String(id), label: described(one, lang) }));
    const who: Question = {
      key: 'who',
      follows: 'fullName',
      label: t('places:person'),
      ask: t('places:is_known'),
      kind: choice(t, [...options, { key: NEW, label: t('places:somebody_new') }]),
    };
    const isNew = known.length === 0 || answers.who === NEW;
    return [
      { key: 'fullName', label: t('people:full_name'), ask: t('places:ask_name'), kind: text(t, { min: 2, max: 150 }) },
      {
        key: 'country',
        label: t('people:country'),
        ask: t('places:ask_country'),
        kind: choice(t, countryOptions(programme, lang), { columns: 2 }),
      },
      ...(known.length > 0 ? [who] : []),
      ...(isNew ? details(t) : []),
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

function whom(answers: Answers, last: number): Whom {
  const id = idOf(textOf(answers.who));
  if (id) return { kind: 'known', id };
  const [agency, position, address] = [answers.agency, answers.position, answers.email].map(
    (one) => textOf(one ?? '') || null,
  );
  const named = { fullName: textOf(answers.fullName), country: textOf(answers.country) };
  return { kind: 'new', named: { ...named, agency: agency!, position: position!, email: address! }, last };
}
