import type { Answers } from '../../db/schema.ts';
import { formatWhen } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { clip, data, lastOf, oneLine, type Button, type View } from '../../bot/view.ts';
import { answeredQuestions } from '../../forms/spec/answers.ts';
import { cityOf, countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { stands, wording, type Event } from '../events/store.ts';
import type { Version } from '../forms/store.ts';
import type { HistoryLine } from '../registration/store.ts';
import { describe } from './people-messages.ts';
import type { Participant } from './store.ts';

/** UTF-16 units of one answer and of all: the rest of the message is for the history, and the export has all of it. */
const ANSWER = 150;
const ANSWERS = 1500;

/** `position`: on the waiting list. `versions`: of the form that they answered. */
export type Standing = Participant & {
  event: Event;
  position: number | null;
  history: HistoryLine[];
  versions: Version[];
};

/** Somebody's participation as organizers see it. `page`: of the list that it was opened from; `note`: what has just happened. */
export function participantView(
  { event, registration, person, endorsedBy, position, history, versions }: Standing,
  page: string,
  reader: Reader,
  note?: string,
): View {
  const { t, lang, programme, now } = reader;
  const { id, status } = registration;
  const ahead = event.status === 'published' && Temporal.Instant.compare(event.beginsAt, now) > 0;
  const state = t(`organize:state_${status}`);
  const invited = status === 'offered' && history.at(-1)?.by === 'organizer';
  const head = lines(
    ...(note === undefined ? [] : [note, '']),
    html`<b>${describe({ person }, reader)}</b>`,
    person.position && oneLine(person.position),
    person.email,
    '',
    html`<b>${clip(wording(event, t).title, 200)}</b>`,
    position === null ? state : `${state} · ${position}`,
    endorsedBy && t('nominations:endorsed_by', { country: countryName(programme, endorsedBy, lang) }),
    person.telegramId === null && t('places:no_chat'),
    registration.note !== null && html`${t('seats:note')}: ${registration.note}`,
    ...answersOf(registration.answers, versions, reader.t),
    '',
    html`<b>${t('seats:history')}</b>`,
  );
  const told = history.map((line) => historyLine(event, line, reader));
  const to = (text: string, name: string): Button => ({ text, data: data(name, id, page) });
  return {
    text: lines(head, ...(told.length === 0 ? [t('seats:no_history')] : lastOf(told, head))),
    buttons: [
      ahead && (status === 'pending' || status === 'declined') ? [to(t('seats:approve'), 'approve')] : [],
      ahead && stands(status) && !invited ? [to(t('seats:decline'), 'decline_person')] : [],
      person.telegramId === null ? [to(t('places:their_link'), 'place_link')] : [],
      ahead && invited ? [to(t('places:withdraw'), 'withdraw_invitation')] : [],
      [to(t('seats:note'), 'note_person')],
      [{ text: t('seats:back_to_list'), data: data('participants', event.id, page) }],
    ],
  };
}

/** Questions that they were not asked are left out: many depend on other answers. */
function answersOf(given: Answers, versions: Version[], t: T): (Html | string)[] {
  const specs = versions.map(({ spec }) => spec);
  const answers = answeredQuestions(specs, t).flatMap(({ label, inWords }) => {
    const answer = inWords(given);
    return answer === null ? [] : [html`${clip(label, ANSWER)}: ${clip(answer, ANSWER)}`];
  });
  let room = ANSWERS;
  const long = answers.findIndex((answer) => (room -= answer.html.length) < 0);
  const shown = long === -1 ? answers : [...answers.slice(0, long), html`…`];
  return answers.length === 0 ? [] : ['', html`<b>${t('seats:answers')}</b>`, ...shown];
}

/** By the clock of the event, which all of its organizers share. */
function historyLine(event: Event, { at, by, actor, to, reason }: HistoryLine, reader: Reader): Html {
  const { t, lang, programme } = reader;
  const when = formatWhen(lang, at, event.zone, cityOf(programme, event.zone, lang));
  const who = { person: t('seats:by_person'), organizer: actor ?? t('seats:by_organizer'), bilim: 'Bilim' }[by];
  return lines(
    html`${when}`,
    html`${t(`organize:state_${to}`)} · ${oneLine(who)}`,
    reason !== null && html`<blockquote>${reason}</blockquote>`,
  );
}
