import { html, type Html } from '../../bot/html.ts';
import type { Answers, Json } from '../../db/schema.ts';
import { shownAnswer, type Asking, type Question } from '../../forms/form.ts';
import { choice } from '../../forms/kinds/choice.ts';
import { offering, type Ready } from '../../forms/kinds/offering.ts';
import { instantIn, when } from '../../forms/kinds/when.ts';
import { formatDuration } from '../../bot/format/quantities.ts';
import type { Programme } from '../../programme.ts';
import { clockOf } from '../changes/questions.ts';
import type { Event } from '../events/store.ts';
import type { Entry } from '../registration/named.ts';

/** Days for which a seat is usually kept. */
const USUAL = [3, 7, 14];
const BEGINNING = 'begin';

type At = Pick<Asking<unknown>, 't' | 'lang' | 'now' | 'answers'>;

/** Register at once, or invite and keep a seat; and until when. Nobody is invited to what has begun. */
export function askEntry(programme: Programme, event: Event, at: At): Question[] {
  const { t, lang, now, answers } = at;
  if (!ahead(event, now)) return [];
  const { city, show, example } = clockOf(programme, event, at);
  const usual = USUAL.flatMap((days): Ready[] => {
    const until = now.add({ hours: days * 24 });
    if (Temporal.Instant.compare(until, event.beginsAt) >= 0) return [];
    const value = `P${days}D`;
    return [{ token: value, label: formatDuration(lang, { days }), value, shown: show(until) }];
  });
  const begin = {
    token: BEGINNING,
    label: t('changes:until_it_begins'),
    value: BEGINNING,
    shown: show(event.beginsAt),
  };
  const how: Question = {
    key: 'how',
    label: t('places:how'),
    ask: t('places:ask_how'),
    kind: choice(t, [
      { key: 'invite', label: t('places:invite') },
      { key: 'register', label: t('places:register') },
    ]),
  };
  if (answers.how !== 'invite') return [how];
  const limits = { before: event.beginsAt };
  return [
    how,
    {
      key: 'until',
      label: t('places:until'),
      ask: t('places:ask_until', { city, example: example(limits) }),
      kind: offering(t, when(t, event.zone, now, show, limits), [...usual, begin]),
    },
  ];
}

/** The same answers, in words. */
export function shownEntry(
  programme: Programme,
  event: Event,
  answers: Answers,
  at: Pick<Asking<unknown>, 't' | 'lang' | 'now'>,
): Html[] {
  return askEntry(programme, event, { ...at, answers }).map(
    (question) => html`${question.label} · <b>${shownAnswer(question, answers)}</b>`,
  );
}

const ahead = ({ beginsAt }: Event, now: Temporal.Instant) => Temporal.Instant.compare(beginsAt, now) > 0;

/** Whether all of it is answered. */
export function isChosen(event: Event, { how, until }: Answers, now: Temporal.Instant): boolean {
  return !ahead(event, now) || how === 'register' || (how === 'invite' && until !== undefined);
}

/** "3 days" are counted from when it is sent, not from when it was chosen. */
export function entryOf(event: Event, { how, until }: Record<string, Json>, now: Temporal.Instant): Entry {
  if (how !== 'invite') return { kind: 'register' };
  if (until === BEGINNING || typeof until !== 'string') return { kind: 'invite', until: event.beginsAt };
  const days = /^P(\d+)D$/.exec(until)?.[1];
  return { kind: 'invite', until: days ? now.add({ hours: Number(days) * 24 }) : instantIn(event.zone, until) };
}
