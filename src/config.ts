import * as v from 'valibot';

/** The settings, from the environment. Everything else that differs between programmes is in programme.json. */
export type Config = v.InferOutput<typeof Settings>;

const port = v.pipe(
  v.string(),
  v.regex(/^\d{1,5}$/),
  v.transform(Number),
  v.check((n) => n <= 65535),
);
const url = (...protocols: string[]) =>
  v.pipe(
    v.string(),
    v.check((text) => URL.canParse(text) && protocols.includes(new URL(text).protocol)),
  );

const Settings = v.object({
  BOT_TOKEN: v.optional(v.pipe(v.string(), v.regex(/^\d+:[\w-]{3,}$/))),
  OWNER_IDS: v.optional(
    v.pipe(
      v.string(),
      v.regex(/^(\d+(\s*,\s*\d+)*)?$/),
      v.transform((text) => text.split(',').filter(Boolean).map(Number)),
      v.check((ids) => ids.every(Number.isSafeInteger)),
    ),
    '',
  ),
  DATABASE_URL: v.optional(url('postgres:', 'postgresql:')),
  TELEGRAM_API_ROOT: v.optional(url('http:', 'https:'), 'https://api.telegram.org'),
  WEBHOOK_URL: v.optional(url('https:', 'http:')),
  PUBLIC_URL: v.optional(
    v.pipe(
      url('https:', 'http:'),
      v.check((text) => new URL(text).pathname === '/'),
      v.transform((text) => new URL(text).origin),
    ),
  ),
  WEBHOOK_SECRET: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{1,256}$/))),
  ALLOW_PAID_BROADCAST: v.optional(
    v.pipe(
      v.picklist(['true', 'false']),
      v.transform((text) => text === 'true'),
    ),
    'false',
  ),
  METRICS_TOKEN: v.optional(v.pipe(v.string(), v.regex(/^[\w-]{16,256}$/))),
  PORT: v.optional(port, '3000'),
  LOG_LEVEL: v.optional(v.picklist(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent']), 'info'),
  PROGRAMME_FILE: v.optional(v.pipe(v.string(), v.nonEmpty()), 'programme.json'),
  DATA_DIR: v.optional(v.pipe(v.string(), v.nonEmpty()), '.data'),
});

/** What each setting must look like: the cure in the one line that a wrong setting stops the start with. */
const CURES: Record<keyof Config, string> = {
  BOT_TOKEN: 'copy the token from @BotFather, like 123456789:AAE…',
  OWNER_IDS: 'give the numeric Telegram ids of the owners, separated by commas, like 11111111,22222222',
  DATABASE_URL: 'give a PostgreSQL address, like postgres://user:password@host:5432/bilim',
  TELEGRAM_API_ROOT: 'give the address of a Bot API server, like https://api.telegram.org',
  WEBHOOK_URL: 'give the public address that Telegram can reach, like https://bot.example.org/telegram',
  PUBLIC_URL:
    'give the address at which people reach this port, without a path, like https://bot.example.org, or leave it out: then there are no pages for certificates, calendars and check-in',
  WEBHOOK_SECRET: 'give 1 to 256 letters, digits, _ or -, for example the output of: openssl rand -hex 32',
  ALLOW_PAID_BROADCAST:
    'give true to let announcements go at up to 1,000 messages a second, which costs the bot Telegram Stars, or false',
  METRICS_TOKEN: 'give 16 to 256 letters, digits, _ or -, for example the output of: openssl rand -hex 32',
  PORT: 'give a port number from 0 to 65535',
  LOG_LEVEL: 'give one of trace, debug, info, warn, error, fatal, silent',
  PROGRAMME_FILE: 'give the path of the file that describes the programme, like programme.json',
  DATA_DIR: 'give the folder that holds the embedded database, like .data',
};

export class ConfigError extends Error {}

/**
 * Reads the settings. An empty value counts as not given, so that `.env` files may list settings without a value.
 * Throws a ConfigError of one line that names the setting and the cure; the value is not repeated, it may be a secret.
 */
export function parseConfig(env: Record<string, string | undefined>): Config {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value?.trim()));
  const parsed = v.safeParse(Settings, given);
  if (!parsed.success) {
    const name = String(v.getDotPath(parsed.issues[0])) as keyof Config;
    throw new ConfigError(`${name} is wrong: ${CURES[name]}.`);
  }
  const config = parsed.output;
  if (config.WEBHOOK_URL && !config.WEBHOOK_SECRET)
    throw new ConfigError(`WEBHOOK_SECRET is missing: with WEBHOOK_URL set, ${CURES.WEBHOOK_SECRET}.`);
  // What Telegram posts to is reached from outside.
  const { WEBHOOK_URL: webhook, PUBLIC_URL = webhook && new URL(webhook).origin } = config;
  return { ...config, PUBLIC_URL };
}
