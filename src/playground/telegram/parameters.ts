import type { Upload } from './files.ts';
import { badRequest } from './refuse.ts';

/** A request's parameters as they travel: text, or an uploaded file. */
export type RawParameters = Map<string, string | Upload>;

const names = (list: string) => new Set(list.trim().split(/\s+/));

const integers = names(`
  message_id message_thread_id direct_messages_topic_id reply_to_message_id user_id offset limit timeout max_connections cache_time
  duration width height length open_period close_date heading live_period proximity_alert_radius start_timestamp video_start_timestamp`);
const decimals = names('latitude longitude horizontal_accuracy');
const booleans = names(`
  disable_notification protect_content allow_paid_broadcast show_alert is_anonymous allows_multiple_answers allows_revoting
  shuffle_options allow_adding_options hide_results_until_closes members_only is_closed is_big has_spoiler show_caption_above_media
  supports_streaming disable_content_type_detection drop_pending_updates remove_caption`);
const objects = names(`
  entities caption_entities question_entities explanation_entities description_entities link_preview_options reply_parameters
  reply_markup media options commands scope menu_button reaction message_ids allowed_updates correct_option_ids country_codes
  explanation_media suggested_post_parameters ephemeral_message_parameters rich_message`);

/**
 * The parameters with the types that the Bot API gives them. Every parameter's name has one type in all methods, so one table
 * serves; a name that no method has stays text and is ignored, as Telegram does.
 * Telegram reads a number that is none as 0, and any word but true, yes and 1 as false.
 */
export function decode(raw: RawParameters): Record<string, unknown> {
  const uploads = new Map([...raw].filter((pair): pair is [string, Upload] => typeof pair[1] !== 'string'));
  const args: Record<string, unknown> = {};
  for (const [name, value] of raw) {
    if (typeof value !== 'string') {
      args[name] = value;
    } else if (name === 'chat_id' || name === 'from_chat_id') {
      args[name] = /^-?\d+$/.test(value) ? Number(value) : value;
    } else if (integers.has(name)) {
      args[name] = Number.parseInt(value, 10) || 0;
    } else if (decimals.has(name)) {
      args[name] = Number.parseFloat(value) || 0;
    } else if (booleans.has(name)) {
      args[name] = ['true', 'yes', '1'].includes(value.trim().toLowerCase());
    } else if (objects.has(name)) {
      // An empty text means "not given" for objects.
      if (value.trim() !== '') args[name] = attach(parse(name, value), uploads);
    } else {
      args[name] = attach(value, uploads);
    }
  }
  return args;
}

/** What Telegram calls a parameter in its refusal of broken JSON. */
const jsonNames: Record<string, string> = {
  reply_markup: 'reply keyboard markup',
  scope: 'BotCommandScope',
  menu_button: 'menu button',
  reaction: 'reaction types',
  link_preview_options: 'link preview options',
  reply_parameters: 'reply parameters',
};

/** Broken JSON in these counts as not given. */
const lenient = (name: string) => name === 'allowed_updates' || name.endsWith('entities');

function parse(name: string, value: string): unknown {
  try {
    return JSON.parse(value);
  } catch {
    if (lenient(name)) return undefined;
    throw badRequest(`can't parse ${jsonNames[name] ?? name} JSON object`);
  }
}

/** Puts the uploaded files where `attach://<name>` points to them. */
function attach(value: unknown, uploads: Map<string, Upload>): unknown {
  if (uploads.size === 0) return value;
  if (typeof value === 'string') {
    return value.startsWith('attach://') ? (uploads.get(value.slice('attach://'.length)) ?? value) : value;
  }
  if (Array.isArray(value)) return value.map((item) => attach(item, uploads));
  if (value && typeof value === 'object') {
    return Object.fromEntries(Object.entries(value).map(([key, item]) => [key, attach(item, uploads)]));
  }
  return value;
}
