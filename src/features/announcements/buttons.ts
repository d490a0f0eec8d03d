import { formatDate } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import type { T } from '../../bot/i18n.ts';
import { apart, data, shorten, type Button } from '../../bot/view.ts';
import type { DbOrTx } from '../../db/connect.ts';
import type { AnnouncementButton, Answers, Audience } from '../../db/schema.ts';
import type { Asking, Kind, Question } from '../../forms/form.ts';
import { chosen, several } from '../../forms/kinds/choice.ts';
import { link } from '../../forms/kinds/link.ts';
import { pagedChoice } from '../../forms/kinds/paged-choice.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { comingEvents, registrability, wording, type Event } from '../events/store.ts';
import { findShared, type MaterialRow } from '../materials/store.ts';
import type { Row } from './store.ts';

/**
 * What recipients can press. The buttons leave the message as it is: it is the author's. `language`: of the text above; a
 * link that has no label in it says the same in the recipient's.
 */
export function announcementButtons(
  { audience: { event }, buttons }: Pick<Row, 'audience' | 'buttons'>,
  language: string,
  t: T,
): Button[][] {
  const shown = buttons.map((button): Button => {
    switch (button.kind) {
      case 'event':
        return { text: t('announcements:to_register'), data: apart(data('event', button.id)) };
      case 'material':
        return { text: t('announcements:open_material'), data: apart(data('material', button.id)) };
      case 'link':
        return { text: button.label[language] ?? t('materials:open_link'), url: button.url };
    }
  });
  return [
    ...shown.map((button) => [button]),
    event ? [{ text: t('announcements:show_event'), data: apart(data('event', event.id)) }] : [],
    [{ text: t('common:menu_settings'), data: apart('settings') }],
  ];
}

const KINDS = ['event', 'material', 'link'] as const;

/** What buttons can lead to at this moment. */
export type Targets = { events: Event[]; materials: MaterialRow[] };

/** `now`: people can still register for the events, and their people see the materials. */
export async function loadTargets(db: DbOrTx, now: Temporal.Instant): Promise<Targets> {
  const events = (await comingEvents(db, now)).filter((event) => registrability(event, now) === 'open');
  return { events, materials: await findShared(db, now) };
}

type At = Pick<Asking<unknown>, 't' | 'lang' | 'answers'>;

/** `languages`: of the texts, one label each. */
export function buttonQuestions(
  { t, lang, answers }: At,
  { events, materials }: Targets,
  audience: Audience,
  languages: string[],
): Question[] {
  const visible = materials.filter((one) => seenBy(one, audience));
  const offered = { event: events.length > 0, material: visible.length > 0, link: true };
  const kinds = KINDS.filter((kind) => offered[kind]);
  const asked: Record<string, Question[]> = {
    event: [
      {
        key: 'button_event',
        label: t('announcements:button_event'),
        ask: t('announcements:ask_button_event'),
        kind: pagedChoice(
          t,
          events.map((event) => ({
            key: String(event.id),
            label: `${wording(event, t).title} · ${formatDate(lang, event.beginsAt, event.zone)}`,
          })),
        ),
      },
    ],
    material: [
      {
        key: 'button_material',
        label: t('announcements:button_material'),
        ask: t('announcements:ask_button_material'),
        kind: pagedChoice(
          t,
          visible.map(({ id, title }) => ({ key: String(id), label: title })),
        ),
      },
    ],
    link: [
      {
        key: 'button_link',
        label: t('announcements:button_link'),
        ask: t('announcements:ask_button_link'),
        kind: secureLink(t),
      },
      ...languages.map((language) => ({
        key: labelKey(language),
        label: t('announcements:button_label', { language: languageName(language) }),
        ask: t('announcements:ask_button_label', { language: languageName(language) }),
        optional: true,
        kind: text(t, { max: BUTTON_LENGTH }),
      })),
    ],
  };
  return [
    {
      key: 'buttons',
      label: t('announcements:buttons'),
      ask: t('announcements:ask_buttons'),
      kind: several(
        t,
        kinds.map((key) => ({ key, label: t(`announcements:button_${key}`) })),
      ),
    },
    ...chosen(answers.buttons).flatMap((kind) => asked[kind] ?? []),
  ];
}

/** Phones cut longer labels. */
const BUTTON_LENGTH = 30;

/** Nobody is led to a page that others on the way could read or change. */
function secureLink(t: T): Kind {
  const kind = link(t);
  return {
    ...kind,
    read(message) {
      const read = kind.read(message);
      const secure = read.kind !== 'ok' || textOf(read.value).toLowerCase().startsWith('https:');
      return secure ? read : { kind: 'invalid', say: t('announcements:expect_https') };
    },
  };
}

/** Materials of an event are seen by who took part in it: an audience may be told of them that lies within. */
const seenBy = ({ eventId }: MaterialRow, { event }: Audience): boolean =>
  eventId === null || (eventId === event?.id && event.status !== 'waiting' && event.status !== 'cancelled');

export function buttonsOf(answers: Answers, languages: string[]): AnnouncementButton[] {
  const labels = languages.flatMap((language) => {
    const label = answers[labelKey(language)];
    return typeof label === 'string' ? [[language, shorten(label)]] : [];
  });
  const made = {
    event: () => ({ kind: 'event', id: Number(answers.button_event) }) as const,
    material: () => ({ kind: 'material', id: Number(answers.button_material) }) as const,
    link: () => ({ kind: 'link', url: textOf(answers.button_link), label: Object.fromEntries(labels) }) as const,
  };
  return KINDS.filter((kind) => chosen(answers.buttons).includes(kind)).map((kind) => made[kind]());
}

/** The answers that make these buttons. */
export function buttonAnswers(buttons: AnnouncementButton[], languages: string[]): Answers {
  const each = buttons.map((button): Answers => {
    switch (button.kind) {
      case 'event':
        return { button_event: String(button.id) };
      case 'material':
        return { button_material: String(button.id) };
      case 'link':
        return {
          button_link: button.url,
          ...Object.fromEntries(languages.map((language) => [labelKey(language), button.label[language] ?? null])),
        };
    }
  });
  return Object.assign({ buttons: buttons.map(({ kind }) => kind) }, ...each);
}

const labelKey = (language: string): string => `button_label_${language}`;
