import { GrammyError } from 'grammy';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { formatNumber } from '../../bot/format/quantities.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { data, keyboard, send, type View } from '../../bot/view.ts';
import { readingOrder } from '../../programme.ts';
import type { Event } from '../events/store.ts';
import {
  audienceNote,
  audienceNumber,
  audienceWords,
  countBy,
  isTold,
  leftOutLines,
  sum,
} from '../segments/messages.ts';
import { countAudience, eventsOf, isConfidential, type Group } from '../segments/store.ts';
import { announcementButtons } from './buttons.ts';
import { sending } from './content.ts';
import { countCopies, type Copies } from './copies.ts';
import { correctionReviewView } from './correction-messages.ts';
import { pendingTexts } from './corrections.ts';
import { languageFor } from './languages.ts';
import { back, countryLabel, whenLines, type Reader } from './messages.ts';
import type { Announcement } from './store.ts';

/** Every text exactly as it will arrive, a message each; then who gets it, and the decision. */
export async function sendPreview(deps: Deps, ctx: PersonCtx, one: Announcement): Promise<void> {
  const refusal = await sendTexts(deps, ctx, one);
  await send(ctx, draftView(await look(deps, ctx, one), refusal, one.authorId === ctx.person.id));
}

/** The same for who has to approve it. `author`: the name of who wrote it. */
export async function sendReview(deps: Deps, ctx: PersonCtx, one: Announcement, author: string): Promise<void> {
  await sendTexts(deps, ctx, one);
  await send(ctx, reviewView(await look(deps, ctx, one), author));
}

/** The same for who has to approve its correction. */
export async function sendCorrection(deps: Deps, ctx: PersonCtx, one: Announcement, author: string): Promise<void> {
  const texts = pendingTexts(one) ?? [];
  await sendTexts(deps, ctx, { ...one, texts });
  const copies = await Promise.all(
    texts.map(({ language }) => countCopies(deps.db, one.id, deps.clock.now(), language)),
  );
  const all = (key: keyof Copies) => copies.reduce((total, some) => total + some[key], 0);
  const counted = { fresh: all('fresh'), late: all('late'), waiting: all('waiting') };
  const reader = { t: ctx.t, lang: ctx.lang, programme: deps.programme, zone: ctx.person.zone };
  await send(ctx, correctionReviewView(reader, one, counted, author));
}

/** In Telegram's words, why it does not take one of the texts, its entities or its buttons; null: it takes them. */
export async function sendTexts({ i18n }: Deps, ctx: PersonCtx, one: Announcement): Promise<string | null> {
  let refusal: string | null = null;
  for (const text of one.texts) {
    const buttons = announcementButtons(one, text.language, i18n.t(text.language));
    const { method, payload } = sending(text, keyboard(buttons));
    const call = ctx.api.raw[method] as (payload: object) => Promise<unknown>;
    try {
      await call({ chat_id: ctx.chat!.id, ...payload });
    } catch (error) {
      if (!(error instanceof GrammyError && error.error_code === 400)) throw error;
      refusal = error.description;
    }
  }
  return refusal;
}

type Look = { reader: Reader; one: Announcement; groups: Group[]; events: Event[] };

async function look({ db, programme }: Deps, { t, lang, person }: PersonCtx, one: Announcement): Promise<Look> {
  const reader = { t, lang, programme, zone: person.zone };
  const { audience } = one;
  return { reader, one, groups: await countAudience(db, audience), events: await eventsOf(db, audience) };
}

const recipientsOf = ({ groups }: Look): number => sum(groups.filter(({ standing }) => standing === 'reachable'));

/** `own`: its reader wrote it. */
function draftView(seen: Look, refusal: string | null, own: boolean): View {
  const { reader, one } = seen;
  const { t, lang, programme } = reader;
  const recipients = recipientsOf(seen);
  const above = programme.announcements.approvalAbove;
  const many = recipients > above;
  const number = audienceNumber(lang, one.audience, recipients);
  // Of an anonymous audience it is not said that nobody is in it, as little as that one is.
  const reached = isConfidential(one.audience) ? audienceNote(one.audience, t) === null : recipients > 0;
  const ready = reached && refusal === null;
  return {
    text: lines(
      html`<b>${t('announcements:preview_title')}</b>`,
      refusal === null
        ? html`${t('announcements:preview_above')}`
        : [html`⚠️ <b>${t('announcements:refused')}</b>`, html`<code>${refusal}</code>`],
      '',
      ...whoGetsIt(seen),
      ready && [
        '',
        html`${t('announcements:at_start')}`,
        many && html`⚠️ ${t('announcements:approval_needed', { number: formatNumber(lang, above) })}`,
      ],
    ),
    buttons: [
      ...(ready
        ? [
            [
              many
                ? { text: t('announcements:ask_approval'), data: data('announce_send', one.id) }
                : { text: t('announcements:send', { number }), data: data('announce_send', one.id) },
            ],
            [{ text: t('announcements:schedule'), data: data('announce_schedule', one.id) }],
            [{ text: t('announcements:test'), data: data('announce_test', one.id) }],
          ]
        : []),
      [
        ...(own ? [{ text: t('common:edit'), data: data('announce_edit', one.id) }] : []),
        { text: t('announcements:discard'), data: data('announce_discard', one.id) },
      ],
      back(t),
    ],
  };
}

/** What a second organizer decides on, below the texts. */
function reviewView(seen: Look, author: string): View {
  const { reader, one } = seen;
  const { t } = reader;
  return {
    text: lines(
      html`<b>${t('announcements:really_approve')}</b>`,
      html`${t('announcements:preview_above')}`,
      html`${t('announcements:author', { name: author })}`,
      '',
      ...whoGetsIt(seen),
      '',
      ...whenLines(one, reader),
      html`${t('announcements:at_start')}`,
    ),
    buttons: [
      [
        { text: t('announcements:approve'), data: data('announce_approve', one.id, one.revision) },
        { text: t('announcements:decline'), data: data('announce_decline', one.id, one.revision) },
      ],
      back(t),
    ],
  };
}

function whoGetsIt(seen: Look): (Html | string | false)[] {
  const { reader, one, groups, events } = seen;
  const { t, lang, programme } = reader;
  const given = one.texts.map(({ language }) => language);
  const total = recipientsOf(seen);
  const reachable = groups.filter(({ standing }) => standing === 'reachable');
  const textFor = (language: string) => languageFor(readingOrder(programme, language), given);
  const row = (label: string, count: number) => html`${label} · ${formatNumber(lang, count)}`;
  const section = (title: Html, rows: Html[]) => (rows.length > 0 ? ['', title, ...rows] : []);
  const note = audienceNote(one.audience, t) ?? (total === 0 && isTold(one.audience, 0) && t('announcements:nobody'));
  return [
    html`${t('announcements:audience', { audience: audienceWords(reader, one.audience, events) })}`,
    note
      ? html`<b>${note}</b>`
      : html`<b>${t('announcements:recipients', { number: audienceNumber(lang, one.audience, total) })}</b>`,
    // Of an anonymous audience the number is all that is said.
    ...(isConfidential(one.audience)
      ? []
      : [
          ...section(
            html`<b>${t('announcements:by_country')}</b>`,
            countBy(reachable, ({ country }) => country).map(({ key, count }) => row(countryLabel(key, reader), count)),
          ),
          ...section(
            html`<b>${t('announcements:by_text')}</b>`,
            countBy(reachable, ({ language }) => textFor(language)).map(({ key, count }) =>
              row(languageName(key), count),
            ),
          ),
          ...section(
            html`⚠️ ${t('announcements:text_missing')}`,
            countBy(reachable, ({ language }) => language)
              .filter(({ key }) => !given.includes(key))
              .map(({ key, count }) => row(`${languageName(key)} → ${languageName(textFor(key))}`, count)),
          ),
          ...section(html`<b>${t('announcements:left_out')}</b>`, leftOutLines(reader, groups)),
        ]),
  ];
}
