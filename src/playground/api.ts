import { Hono, type Context } from 'hono';
import { bodyLimit } from 'hono/body-limit';
import { HTTPException } from 'hono/http-exception';
import * as v from 'valibot';
import { formatWhen } from '../bot/format/dates.ts';
import { languageName } from '../bot/format/words.ts';
import type { I18n } from '../bot/i18n.ts';
import type { Db } from '../db/connect.ts';
import { comingEvents, findEvent, pastEvents, wording } from '../features/events/store.ts';
import { cityOf, text, type Programme } from '../programme.ts';
import { FIRST_VIEW, type Actor, type Listed } from './cast.ts';
import { chatOf, type Chat } from './chat.ts';
import { destination, Move, type MovableClock } from './clock.ts';
import type { Stage } from './stage.ts';
import type { News, Newsroom } from './stream.ts';
import { fileOf } from './files.ts';

export type State = {
  programme: { short: string; full: string };
  /** How deep links begin. */
  bot: { name: string; link: string };
  language: string;
  languages: { code: string; name: string }[];
  clock: Extract<News, { kind: 'clock' }>;
  /** Of the clock. */
  zone: string;
  /** What the clock can be moved to: published events, the next one first, and the last ones. */
  events: { id: number; title: string; when: string }[];
  people: Listed[];
  firstView: number[];
};

export type PersonChat = { person: Listed; chat: Chat };

type Options = {
  /** Throws while there is none: at the start, and while it starts over. */
  stage(): Stage;
  /** Names the stage: another one has other chats. */
  life(): string;
  db: Db;
  programme: Programme;
  i18n: I18n;
  clock: MovableClock;
  news: Newsroom;
  startOver(): Promise<void>;
};

const MEGABYTE = 1024 * 1024;
/** How long an event that is over can still be chosen for "three months after", and how many are offered. */
const RECENT = { hours: 24 * 200 };

/** What the page asks for and does. It acts for anybody on stage: all of them are played by whoever looks at the page. */
export function createApi({ stage, life, db, programme, i18n, clock, news, startOver }: Options): Hono {
  const api = new Hono();

  const languageOf = (c: Context) => {
    const asked = c.req.query('lang');
    return i18n.has(asked) ? asked! : programme.defaultLanguage;
  };

  const time = (language: string): Extract<News, { kind: 'clock' }> => {
    const now = clock.now();
    const zone = programme.defaultZone;
    const city = cityOf(programme, zone, language);
    return {
      kind: 'clock',
      epoch: now.epochMilliseconds,
      text: formatWhen(language, now, zone, city),
      moved: clock.isMoved(),
      life: life(),
    };
  };

  function actorOf(c: Context): Actor & { id: number } {
    const id = Number(c.req.param('id'));
    const actor = stage().cast.actor(id);
    if (!actor) throw new HTTPException(404, { message: 'Nobody on stage has this id.' });
    return Object.assign(actor, { id });
  }

  async function body<S extends v.GenericSchema>(c: Context, schema: S): Promise<v.InferOutput<S>> {
    const parsed = v.safeParse(schema, await c.req.json().catch(() => null));
    if (!parsed.success) throw new HTTPException(400, { message: parsed.issues[0].message });
    return parsed.output;
  }

  /** What the emulated Telegram would not let a person do, such as writing to a bot they have blocked. */
  async function act<T>(action: () => Promise<T>): Promise<T> {
    try {
      return await action();
    } catch (error) {
      throw new HTTPException(409, { message: error instanceof Error ? error.message : String(error) });
    }
  }

  api.get('/state', async (c) => {
    const language = languageOf(c);
    const now = clock.now();
    const recent = (await pastEvents(db, now)).filter(
      ({ endsAt }) => Temporal.Instant.compare(endsAt, now.subtract(RECENT)) > 0,
    );
    const events = [...recent.toReversed(), ...(await comingEvents(db, now))];
    return c.json({
      programme: {
        short: text(programme, programme.name.short, language),
        full: text(programme, programme.name.full, language),
      },
      bot: { name: stage().telegram.bot.first_name, link: `https://t.me/${stage().telegram.bot.username}?start=` },
      language,
      languages: programme.languages.map((code) => ({ code, name: languageName(code) })),
      clock: time(language),
      zone: programme.defaultZone,
      events: events.map((event) => ({
        id: event.id,
        title: wording(event, i18n.t(language)).title,
        when: formatWhen(language, event.beginsAt, event.zone, cityOf(programme, event.zone, language)),
      })),
      people: await stage().cast.list(language),
      firstView: FIRST_VIEW,
    } satisfies State);
  });

  api.get('/texts/:language', (c) => {
    const language = c.req.param('language');
    return i18n.has(language) ? c.json(i18n.texts(language, 'playground')) : c.notFound();
  });

  api.get('/people/:id', async (c) => {
    const actor = actorOf(c);
    const [person] = await stage().cast.list(languageOf(c), actor.id);
    return c.json({ person: person!, chat: chatOf(actor, person!) } satisfies PersonChat);
  });

  api.post('/people', async (c) => {
    const { language } = await body(c, v.object({ language: v.string() }));
    const id = await act(async () => stage().cast.arrive(language));
    news.publish({ kind: 'people' });
    return c.json({ id }, 201);
  });

  api.post('/people/:id/wake', async (c) => {
    await act(() => stage().cast.wake(actorOf(c).id));
    return c.body(null, 204);
  });

  api.post('/people/:id/start', async (c) => {
    const actor = actorOf(c);
    const { payload } = await body(c, v.object({ payload: v.optional(v.string()) }));
    await act(() => actor.user.open(payload));
    actor.blocked = false;
    return c.body(null, 204);
  });

  api.post('/people/:id/messages', async (c) => {
    const { user } = actorOf(c);
    const { text } = await body(c, v.object({ text: v.string() }));
    await act(() => user.send(text));
    return c.body(null, 204);
  });

  api.post('/people/:id/files', bodyLimit({ maxSize: 20 * MEGABYTE }), async (c) => {
    const { user } = actorOf(c);
    const form = await c.req.formData().catch(() => null);
    const file = form?.get('file');
    if (!(file instanceof File)) throw new HTTPException(400, { message: 'The file is missing.' });
    const bytes = new Uint8Array(await file.arrayBuffer());
    const given = { file_name: file.name, bytes };
    await act(() => (/\.(png|jpe?g)$/i.test(file.name) ? user.sendPhoto(given) : user.sendDocument(given)));
    return c.body(null, 204);
  });

  const Press = v.object({
    message: v.optional(v.number()),
    data: v.optional(v.string()),
    text: v.optional(v.string()),
  });
  api.post('/people/:id/presses', async (c) => {
    const { user } = actorOf(c);
    const { message, data, text = '' } = await body(c, Press);
    const target = data === undefined ? text : { data };
    await act(() => user.press(target, message === undefined ? {} : { message }));
    return c.body(null, 204);
  });

  api.post('/people/:id/votes', async (c) => {
    const { user } = actorOf(c);
    const { message, options } = await body(c, v.object({ message: v.number(), options: v.array(v.number()) }));
    await act(() => user.vote(message, options));
    return c.body(null, 204);
  });

  api.put('/people/:id/blocked', async (c) => {
    const actor = actorOf(c);
    const { blocked } = await body(c, v.object({ blocked: v.boolean() }));
    await act(() => (blocked ? actor.user.block() : actor.user.unblock()));
    actor.blocked = blocked;
    news.publish({ kind: 'chats', received: { [actor.id]: stage().cast.received(actor.id) } });
    return c.body(null, 204);
  });

  /** After a move everything that has come due is sent before this is answered. */
  api.post('/clock', async (c) => {
    const move = await body(c, Move);
    if (move.to === 'now') clock.backToNow();
    else {
      const event = move.to === 'moment' ? await findEvent(db, move.event) : null;
      const to = destination(move, { now: clock.now(), zone: programme.defaultZone, event });
      if (!to) throw new HTTPException(400, { message: 'The clock can’t be moved there.' });
      clock.moveTo(to);
    }
    const language = languageOf(c);
    news.publish(time(language));
    await stage().app.tick();
    await stage().app.drain();
    return c.json(time(language));
  });

  api.post('/start-over', async (c) => {
    await startOver();
    return c.body(null, 204);
  });

  api.get('/files/:id', (c) => fileOf(stage().telegram, c));
  api.get('/news', (c) => news.stream(c, () => time(languageOf(c))));

  api.notFound((c) => c.json({ problem: 'There is no such thing here.' }, 404));
  api.onError((error, c) => {
    const status = error instanceof HTTPException ? error.status : 500;
    return c.json({ problem: error instanceof HTTPException ? error.message : 'Something went wrong.' }, status);
  });
  return api;
}
