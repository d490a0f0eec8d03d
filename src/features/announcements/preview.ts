import type { Deps, PersonCtx } from '../../bot/context.ts';
import { formatNumber } from '../../bot/format/quantities.ts';
import { formatList, languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { data, keyboard, send, type View } from '../../bot/view.ts';
import { countryName, readingOrder } from '../../programme.ts';
import { findEvent, wording, type Event } from '../events/store.ts';
import { countAudience, languageFor, type Group } from './audience.ts';
import { announcementButtons, back, countryLabel, type Reader } from './messages.ts';
import type { Announcement } from './store.ts';

/** Every text exactly as it will arrive, a message each; then who gets it, and the decision. */
export async function sendPreview(deps: Deps, ctx: PersonCtx, announcement: Announcement): Promise<void> {
  const { db, programme, i18n } = deps;
  const { audience, authorId } = announcement;
  for (const { language, body, entities } of announcement.texts) {
    const reply_markup = keyboard(announcementButtons(audience, i18n.t(language)));
    await ctx.reply(body, { entities, reply_markup });
  }
  const event = audience.event ? await findEvent(db, audience.event.id) : null;
  const groups = await countAudience(db, audience);
  const { t, lang, person } = ctx;
  const reader = { t, lang, programme, zone: person.zone };
  await send(ctx, previewView(reader, announcement, { groups, event, own: authorId === person.id }));
}

/** `event`: the one that the audience names. */
function previewView(
  reader: Reader,
  announcement: Announcement,
  { groups, event, own }: { groups: Group[]; event: Event | null; own: boolean },
): View {
  const { t, lang } = reader;
  const { id } = announcement;
  const given = announcement.texts.map(({ language }) => language);
  const reachable = groups.filter(({ standing }) => standing === 'reachable');
  const total = sum(reachable);
  const textFor = (language: string) => languageFor(readingOrder(reader.programme, language), given);
  const row = (label: string, count: number) => html`${label} · ${formatNumber(lang, count)}`;
  const section = (title: Html, rows: Html[]) => rows.length > 0 && ['', title, ...rows];
  return {
    text: lines(
      html`<b>${t('announcements:preview_title')}</b>`,
      html`${t('announcements:preview_above')}`,
      '',
      html`${t('announcements:audience', { audience: audienceWords(reader, announcement, event) })}`,
      total === 0
        ? html`<b>${t('announcements:nobody')}</b>`
        : html`<b>${t('announcements:recipients', { number: formatNumber(lang, total) })}</b>`,
      section(
        html`<b>${t('announcements:by_country')}</b>`,
        countBy(reachable, ({ country }) => country).map(({ key, count }) => row(countryLabel(key, reader), count)),
      ),
      section(
        html`<b>${t('announcements:by_text')}</b>`,
        countBy(reachable, ({ language }) => textFor(language)).map(({ key, count }) => row(languageName(key), count)),
      ),
      section(
        html`⚠️ ${t('announcements:text_missing')}`,
        countBy(reachable, ({ language }) => language)
          .filter(({ key }) => !given.includes(key))
          .map(({ key, count }) => row(`${languageName(key)} → ${languageName(textFor(key))}`, count)),
      ),
      section(
        html`<b>${t('announcements:left_out')}</b>`,
        countBy(groups, ({ standing }) => standing).flatMap(({ key, count }) =>
          key === 'reachable' ? [] : [row(t(`announcements:left_out_${key}`), count)],
        ),
      ),
    ),
    buttons: [
      total > 0
        ? [{ text: t('announcements:send', { number: formatNumber(lang, total) }), data: data('announce_send', id) }]
        : [],
      [
        ...(own ? [{ text: t('common:edit'), data: data('announce_edit', id) }] : []),
        { text: t('announcements:discard'), data: data('announce_discard', id) },
      ],
      back(t),
    ],
  };
}

function audienceWords({ t, lang, programme }: Reader, { audience }: Announcement, event: Event | null): string {
  const { countries, languages, alumni } = audience;
  const names = countries?.map((code) => countryName(programme, code, lang));
  const parts = [
    audience.event &&
      `${event ? wording(event, t).title : '—'} (${t(`announcements:status_${audience.event.status}`)})`,
    names && formatList(lang, names, 'or'),
    languages && formatList(lang, languages.map(languageName), 'or'),
    alumni && t('announcements:condition_alumni'),
  ].filter((part) => typeof part === 'string');
  return parts.length > 0 ? parts.join(' · ') : t('announcements:condition_everyone');
}

const sum = (groups: Group[]) => groups.reduce((total, { count }) => total + count, 0);

/** The largest first. */
function countBy<Key>(groups: Group[], keyOf: (group: Group) => Key): { key: Key; count: number }[] {
  return [...Map.groupBy(groups, keyOf)]
    .map(([key, some]) => ({ key, count: sum(some) }))
    .toSorted((a, b) => b.count - a.count);
}
