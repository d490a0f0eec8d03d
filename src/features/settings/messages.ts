import type { Person } from '../../bot/context.ts';
import { formatOffset } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, grid, menu, type View } from '../../bot/view.ts';
import { TOPICS } from '../../delivery/messages.ts';
import { cityOf, type Programme } from '../../programme.ts';

/** Hours of the day; null: none. */
export const QUIET_HOURS = [
  [20, 8],
  [21, 8],
  [22, 7],
  [23, 7],
  [null, null],
] as const;

const clockHours = (from: number | null, to: number | null) => `${from}:00–${to}:00`;

export function settingsView(t: T, lang: string, person: Person, programme: Programme, now: Temporal.Instant): View {
  const { zone, quietFrom, quietTo, muted } = person;
  const city = `${cityOf(programme, zone, lang)} (${formatOffset(now, zone)})`;
  return {
    text: lines(
      html`<b>${t('common:menu_settings')}</b>`,
      '',
      html`${t('settings:language')} · <b>${languageName(lang)}</b>`,
      html`${t('settings:zone')} · <b>${city}</b>`,
      html`${t('settings:quiet')} · <b>${quietFrom === null ? t('settings:no_quiet') : clockHours(quietFrom, quietTo)}</b>`,
      '',
      html`${t('settings:always')}`,
      html`${t('settings:topics')}`,
    ),
    buttons: [
      [
        { text: t('settings:language'), data: 'language' },
        { text: t('settings:zone'), data: 'zones' },
      ],
      [{ text: t('settings:quiet'), data: 'quiet' }],
      ...TOPICS.map((topic) => {
        const off = muted.includes(topic);
        return [
          { text: `${off ? '🔕' : '✓'} ${t(`settings:topic_${topic}`)}`, data: data('topic', topic, off ? 1 : 0) },
        ];
      }),
      [menu(t)],
    ],
  };
}

export function languageView(t: T, languages: string[], lang: string): View {
  return {
    text: html`${t('common:choose_language')}`,
    buttons: [
      ...grid(
        languages.map((one) => ({
          text: `${one === lang ? '✓ ' : ''}${languageName(one)}`,
          data: data('set_language', one),
        })),
        2,
      ),
      [{ text: t('common:back'), data: 'settings' }],
    ],
  };
}

export function zonesView(t: T, lang: string, programme: Programme, now: Temporal.Instant): View {
  return {
    text: html`${t('settings:choose_zone')}`,
    buttons: [
      ...grid(
        programme.zones.map(({ zone }, i) => ({
          text: `${cityOf(programme, zone, lang)} (${formatOffset(now, zone)})`,
          data: data('zone', i),
        })),
        1,
      ),
      [{ text: t('common:back'), data: 'settings' }],
    ],
  };
}

export function quietView(t: T): View {
  return {
    text: html`${t('settings:choose_quiet')}`,
    buttons: [
      ...QUIET_HOURS.map(([from, to], i) => [
        { text: from === null ? t('settings:no_quiet') : clockHours(from, to), data: data('quiet_set', i) },
      ]),
      [{ text: t('common:back'), data: 'settings' }],
    ],
  };
}
