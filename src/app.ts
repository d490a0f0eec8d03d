import { setTimeout as sleep } from 'node:timers/promises';
import { GrammyError } from 'grammy';
import type { UserFromGetMe } from 'grammy/types';
import { schedule, type ScheduledTask } from 'node-cron';
import type { Logger } from 'pino';
import { ALLOWED_UPDATES, createBot, mount } from './bot/bot.ts';
import { describeBot } from './bot/commands.ts';
import type { Clock, Deps } from './bot/context.ts';
import { createI18n } from './bot/i18n.ts';
import { createMetrics } from './bot/metrics.ts';
import { createRouter } from './bot/router.ts';
import { createSign } from './bot/sign.ts';
import { connectTelegram } from './bot/telegram.ts';
import { createUpdates, type UpdatesOptions } from './bot/updates.ts';
import { ConfigError, type Config } from './config.ts';
import type { Connection } from './db/connect.ts';
import { lookAtEvents } from './delivery/agenda.ts';
import { createDigest } from './delivery/digest.ts';
import { FREE, PAID } from './delivery/pace.ts';
import { createPlanner } from './delivery/planner.ts';
import { createSender } from './delivery/sender.ts';
import { alumni } from './features/alumni/index.ts';
import { announcements } from './features/announcements/index.ts';
import { certificates } from './features/certificates/index.ts';
import { changes } from './features/changes/index.ts';
import { deliveries } from './features/deliveries/index.ts';
import { events } from './features/events/index.ts';
import { failures } from './features/failures/index.ts';
import { feedback } from './features/feedback/index.ts';
import { forms as questionnaires } from './features/forms/index.ts';
import { invitations } from './features/invitations/index.ts';
import { materials } from './features/materials/index.ts';
import { nominations } from './features/nominations/index.ts';
import { operation } from './features/operation/index.ts';
import { createScrape } from './features/operation/metrics.ts';
import { organize } from './features/organize/index.ts';
import { people } from './features/people/index.ts';
import { changedConsent } from './features/people/store.ts';
import { places } from './features/places/index.ts';
import { pipeline } from './features/pipeline/index.ts';
import { plans } from './features/plans/index.ts';
import { polls } from './features/polls/index.ts';
import { privacy } from './features/privacy/index.ts';
import { profile } from './features/profile/index.ts';
import { registrations } from './features/registration/index.ts';
import { reminders } from './features/reminders/index.ts';
import { requirements } from './features/requirements/index.ts';
import { roles } from './features/roles/index.ts';
import { segments } from './features/segments/index.ts';
import { sessions } from './features/sessions/index.ts';
import { selection } from './features/selection/index.ts';
import { settings } from './features/settings/index.ts';
import { surveys } from './features/surveys/index.ts';
import { translations } from './features/translations/index.ts';
import { createForms } from './forms/dialog.ts';
import type { Programme } from './programme.ts';
import { createHttp } from './http.ts';

export type AppOptions = {
  config: Config;
  token: string;
  programme: Programme;
  /** The folder `locales/`. */
  locales: string;
  connection: Connection;
  clock: Clock;
  log: Logger;
  /** For what must outlive the database. */
  dataDir?: string;
  /** Messages of the outbox per second; by default just below what Telegram allows. */
  perSecond?: number;
  /** For tests, which don't wait. */
  updates?: Pick<UpdatesOptions, 'pause' | 'settledMs'>;
};

/** What runs, and how it ends. */
export type Running = { stop(): Promise<void> };

export type App = Awaited<ReturnType<typeof createApp>>;

/** Puts the house together: the one list of features, and the one place where they get what they need. */
export function createApp(options: AppOptions) {
  const { config, programme, connection, clock, log } = options;
  const { perSecond = config.ALLOW_PAID_BROADCAST ? PAID : FREE } = options;
  const telegram = connectTelegram(config, options.token);
  const bot = createBot(telegram);
  const metrics = createMetrics();
  const deps: Deps = {
    config,
    programme,
    clock,
    log,
    metrics,
    db: connection.db,
    i18n: createI18n(options.locales, programme),
    api: bot.api,
    sendingApi: telegram.sendingApi,
    sign: createSign(options.token),
    dataDir: options.dataDir ?? null,
    me: () => bot.botInfo,
  };

  const arrival = people(deps);
  const operations = operation(deps);
  const features = [
    arrival,
    profile(deps),
    settings(deps),
    privacy(deps),
    events(deps),
    registrations(deps),
    places(deps),
    reminders(deps),
    changes(deps),
    materials(deps),
    polls(deps),
    feedback(deps),
    surveys(deps),
    certificates(deps),
    alumni(deps),
    organize(deps),
    invitations(deps),
    sessions(deps),
    questionnaires(deps),
    selection(deps),
    requirements(deps),
    plans(deps),
    pipeline(deps),
    roles(deps),
    translations(deps),
    nominations(deps),
    deliveries(deps),
    segments(deps),
    announcements(deps),
    failures(deps),
    // Last: what it says of the outbox includes what the jobs before it owe.
    operations,
  ];
  const definitions = features.flatMap((feature) => feature.forms ?? []);
  const forms = createForms(deps, definitions);
  const digest = createDigest(deps, Object.assign({}, ...features.map((feature) => feature.messages ?? {})));
  const routes = [...forms.routes, ...features.flatMap((feature) => feature.routes ?? []), digest.route];
  const router = createRouter(deps, routes, arrival.welcome, arrival.home);
  mount(bot, deps, { forms, router });

  const sender = createSender(deps, digest, { perSecond, answered: telegram.answered });
  const updates = createUpdates(deps, bot, connection.pool, {
    ...options.updates,
    reached: telegram.reached,
    afterwards: () => sender.kick(),
  });
  const occasions = features.flatMap((feature) => feature.occasions ?? []);
  const planner = createPlanner(deps, [
    lookAtEvents(deps, occasions),
    ...features.flatMap((feature) => feature.jobs ?? []),
    { name: 'recover updates', run: () => updates.recover() },
    { name: 'forget updates', every: 'hour', run: (now) => updates.forget(now) },
  ]);
  const http = createHttp(deps, {
    accept: updates.accept,
    ready: () => started && telegram.reached(),
    scrape: createScrape(deps, metrics.registry, connection.pool),
    pages: features.flatMap((feature) => feature.pages ?? []),
  });
  let started = false;
  let ticking: ScheduledTask[] = [];

  return {
    http,
    /** Every way in, with the role it needs, and every form; the tests walk them all. */
    routes,
    forms: definitions.map(({ key, needs, of, country }) => ({ key, needs, of, country })),
    receive: updates.receive,
    /** What a minute brings: for tests, and for the playground's clock. */
    async tick(): Promise<void> {
      await updates.recover();
      await planner.tick();
    },
    /** Sends all that is due now; the running sender does so by itself. */
    drain: () => sender.drain(),
    /** Whether the database is there; the running bot looks by itself. */
    look: () => operations.watch.look(),

    /** Meets Telegram, and waits while it is away. Rejects with a ConfigError when it refuses the token. */
    async init(): Promise<UserFromGetMe> {
      // Not bot.init(): it waits without a word in the log.
      bot.botInfo = await insist(log, 'BOT_TOKEN is refused by Telegram: copy it again from @BotFather.', () =>
        bot.api.getMe(),
      );
      return bot.botInfo;
    },

    /** Starts everything that runs by itself: updates, the planner, the sender. */
    async start(): Promise<void> {
      const changed = await changedConsent(connection.db, programme);
      if (changed)
        throw new ConfigError(
          `${config.PROGRAMME_FILE}: consent.text.${changed} is not what people agreed to: give consent.version a new date.`,
        );
      const { WEBHOOK_URL: url, WEBHOOK_SECRET: secret } = config;
      if (url) {
        const webhook = { secret_token: secret!, allowed_updates: ALLOWED_UPDATES };
        await insist(
          log,
          'WEBHOOK_URL is refused by Telegram: it must be an https address that Telegram can reach.',
          () => bot.api.setWebhook(url, webhook),
        );
        await updates.recover();
      } else {
        await insist(log, 'Telegram does not let the bot poll: is BOT_TOKEN right?', () => bot.api.deleteWebhook());
      }
      await updates.start({ poll: !url });
      sender.start();
      const how = { timezone: 'UTC', noOverlap: true };
      ticking = [
        schedule('* * * * *', () => planner.tick().then(() => sender.kick()), how),
        schedule('* * * * * *', () => planner.quickTick().then(() => sender.kick()), how),
      ];
      await planner.tick();
      operations.watch.start();
      started = true;
      // Some thirty calls, where anything is new; nobody waits for them.
      describeBot(deps).catch((error: unknown) => log.warn({ error }, 'it is told at the next start'));
    },

    /** Ends what is at hand and takes nothing new: what is left is in the database. */
    async stop(): Promise<void> {
      for (const task of ticking) await task.stop();
      await updates.stop();
      await sender.stop();
      await operations.watch.stop();
    },
  };
}

/** Calls Telegram until it answers. What it refuses, waiting does not mend: that ends the start with the cure. */
async function insist<T>(log: Logger, refusal: string, call: () => Promise<T>): Promise<T> {
  for (; ; await sleep(2000)) {
    try {
      return await call();
    } catch (error) {
      const code = error instanceof GrammyError ? error.error_code : 0;
      if (code >= 400 && code < 500 && code !== 429) throw new ConfigError(refusal);
      log.warn({ error }, 'Telegram is not reached, trying again');
    }
  }
}
