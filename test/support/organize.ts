import type { TelegramUser } from '../../src/playground/telegram/index.ts';

type EventAnswers = {
  kind: string;
  /** Title and description; null skips it. */
  languages: Record<string, [title: string, description: string | null]>;
  zone: string;
  begin: string;
  end: string;
  place?: string;
  link?: string;
  seats?: string;
  deadline?: string;
  /** Typed, or the token of a button: `default`, `none`. */
  reminders: string;
};

/** Opens the form of a new event, in whatever language the organizer reads. */
export async function openEventForm(organizer: TelegramUser): Promise<void> {
  await organizer.send('/organize');
  await organizer.press({ data: 'new_event' });
}

/** The steps of the form, each by the name of what it asks. */
function stepsOf(user: TelegramUser, answers: EventAnswers): [name: string, step: () => Promise<unknown>][] {
  const option = (token: string) => user.press({ data: new RegExp(`:o:${token}$`) });
  const sendOrSkip = (text: string | null | undefined) => (text ? user.send(text) : user.press({ data: /:s$/ }));
  const languages = Object.entries(answers.languages);
  return [
    ['kind', () => option(answers.kind)],
    ...languages.map(([code]): [string, () => Promise<unknown>] => ['languages', () => option(code)]),
    ['languages', () => option('\\.')],
    ...languages.flatMap(([, [title, description]]): [string, () => Promise<unknown>][] => [
      ['title', () => user.send(title)],
      ['description', () => sendOrSkip(description)],
    ]),
    ['zone', () => option(answers.zone)],
    ['begin', () => user.send(answers.begin)],
    ['end', () => user.send(answers.end)],
    ['place', () => sendOrSkip(answers.place)],
    ['link', () => sendOrSkip(answers.link)],
    ['seats', () => sendOrSkip(answers.seats)],
    ['deadline', () => sendOrSkip(answers.deadline)],
    [
      'reminders',
      () => (/^[a-z]+$/.test(answers.reminders) ? option(answers.reminders) : user.send(answers.reminders)),
    ],
  ];
}

/** Answers the whole form, up to the summary. */
export async function answerEvent(user: TelegramUser, answers: EventAnswers): Promise<void> {
  for (const [, step] of stepsOf(user, answers)) await step();
}

/** Answers an ordinary event up to the question of this name; `summary`: all of it. `before` runs before each answer. */
export async function startEvent(
  user: TelegramUser,
  upTo: string,
  before?: (question: string) => Promise<void>,
): Promise<void> {
  const answers: EventAnswers = {
    kind: 'workshop',
    languages: { en: ['Open data workshop', null], ru: ['Воркшоп по открытым данным', null] },
    zone: 'Asia/Almaty',
    begin: '2026-12-10 14:00',
    end: '2026-12-10 17:00',
    reminders: 'default',
  };
  for (const [name, step] of stepsOf(user, answers)) {
    if (name === upTo) return;
    await before?.(name);
    await step();
  }
}
