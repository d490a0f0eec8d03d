import type { ConversationFlavor } from '@grammyjs/conversations';
import type { Api, Context } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import type { Logger } from 'pino';
import type { Config } from '../config.ts';
import type { Db } from '../db/connect.ts';
import type { Answers, person } from '../db/schema.ts';
import type { Programme } from '../programme.ts';
import type { I18n, Language, T } from './i18n.ts';
import type { Metrics } from './metrics.ts';
import type { Sign } from './sign.ts';

export type Clock = { now(): Temporal.Instant };
export type Person = typeof person.$inferSelect;

/** What the one factory, createApp, hands to every feature. */
export type Deps = {
  config: Config;
  programme: Programme;
  db: Db;
  clock: Clock;
  log: Logger;
  metrics: Metrics;
  i18n: I18n;
  /** For answers to people: waits out a 429 by itself. */
  api: Api;
  /** For the outbox, which decides itself what a refusal means. */
  sendingApi: Api;
  sign: Sign;
  /** Where a real bot keeps what must outlive its database; null in tests and in the playground. */
  dataDir: string | null;
  /** Who the bot is; known once Telegram was reached. */
  me(): UserFromGetMe;
};

/** An update, with the person it came from. */
export type Ctx = ConversationFlavor<
  Context & {
    /** Null until they gave their consent. */
    person: Person | null;
    lang: Language;
    t: T;
    /** Goes where a deep link's payload leads; an empty one leads home. */
    follow(payload: string): Promise<void>;
    /**
     * Starts a form, or goes on with it; see forms/. Only for people who gave their consent.
     * `given`: what the update that starts it has answered already.
     */
    fill(form: string, subject?: number, given?: Answers): Promise<void>;
    /** The forms that the person has not finished, the latest first: those of a participant, unless said otherwise. */
    unfinished(of?: 'participant' | 'organizer' | 'anybody'): Promise<{ id: number; title: string }[]>;
    /** The message whose button was pressed stays in the chat as it is: what follows comes as a new one. */
    keepPressed?: boolean;
  }
>;

/** The same, where a route needs 'person' or more: consent was given. */
export type PersonCtx = Ctx & { person: Person };
