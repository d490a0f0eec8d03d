import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import type { Answers, Audience, Json } from '../../db/schema.ts';
import type { Asking, Kind, Question } from '../../forms/form.ts';
import { chosen, several } from '../../forms/kinds/choice.ts';
import { richText, richTextOf } from '../../forms/kinds/rich-text.ts';
import type { Programme } from '../../programme.ts';
import type { Event } from '../events/store.ts';
import {
  audienceAnswers,
  audienceOf,
  audienceQuestions,
  statusQuestion,
  type EventStatus,
} from '../segments/questions.ts';
import type { Offers } from '../segments/store.ts';
import { buttonAnswers, buttonQuestions, buttonsOf, type Targets } from './buttons.ts';
import type { Announcement, Input, Text } from './store.ts';

/** Whom it goes to: people of an event, a saved audience, or whoever is asked for with these offers. */
export type To =
  | { kind: 'event'; event: Event }
  | { kind: 'saved'; name: string; audience: Audience }
  | { kind: 'asked'; offers: Offers };

export type Subject = { to: To; targets: Targets };

/** The texts first, in the languages the author chooses, then who gets them, then what they can press. */
export function announcementQuestions(programme: Programme, at: Asking<Subject>): Question[] {
  const { t, answers, subject } = at;
  const given = chosen(answers.languages);
  return [
    {
      key: 'languages',
      label: t('announcements:languages'),
      ask: t('announcements:ask_languages'),
      kind: languages(t, programme),
    },
    ...given.map((key) => ({
      key: textKey(key),
      label: t('announcements:text', { language: languageName(key) }),
      ask: t('announcements:ask_text', { language: languageName(key) }),
      kind: richText(t),
    })),
    ...toQuestions(programme, at),
    ...buttonQuestions(at, subject.targets, audienceFrom(answers, subject.to), given),
  ];
}

function toQuestions(programme: Programme, at: Asking<Subject>): Question[] {
  const { to } = at.subject;
  switch (to.kind) {
    case 'event':
      return [statusQuestion(at.t)];
    case 'saved':
      return [];
    case 'asked':
      return audienceQuestions(programme, at, to.offers);
  }
}

function languages(t: T, programme: Programme): Kind {
  const options = programme.languages.map((key) => ({ key, label: languageName(key) }));
  return several(t, options, { min: 1, columns: 2 });
}

export function inputOf(answers: Answers, { to }: Subject): Input {
  const given = chosen(answers.languages);
  return {
    texts: given.map((language) => textOf(language, answers[textKey(language)])),
    audience: audienceFrom(answers, to),
    buttons: buttonsOf(answers, given),
  };
}

/** The answer to a question for a text. A form that was begun before there was media has none. */
export function textOf(language: string, answer: Json | undefined): Text {
  const { text, entities, media } = richTextOf(answer);
  return { language, body: text, entities, media: media ?? null };
}

function audienceFrom(answers: Answers, to: To): Audience {
  switch (to.kind) {
    case 'event':
      return { event: { id: to.event.id, status: answers.status as EventStatus } };
    case 'saved':
      return to.audience;
    case 'asked':
      return audienceOf(answers, to.offers);
  }
}

/** The answers that an announcement was made of, to change them. */
export function answersOf({ texts, audience, buttons }: Announcement): Answers {
  const given = texts.map(({ language }) => language);
  return {
    languages: given,
    ...Object.fromEntries(
      texts.map(({ language, body, entities, media }) => [
        textKey(language),
        { text: body, entities, media } as unknown as Json,
      ]),
    ),
    ...audienceAnswers(audience),
    ...buttonAnswers(buttons, given),
  };
}

export const textKey = (language: string): string => `text_${language}`;
