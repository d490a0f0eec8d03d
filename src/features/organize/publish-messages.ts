import { formatList, languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { clip, data, grid, type View } from '../../bot/view.ts';
import { askedItems, type FormSpec } from '../../forms/spec/spec.ts';
import { eventView, type Reader } from '../events/messages.ts';
import type { Event, Seats } from '../events/store.ts';
import { questionLine } from '../forms/messages.ts';
import { toManage } from './messages.ts';
import type { Publishing } from './store.ts';

/** The first of these languages that the event has texts in. */
export function shownLanguage({ texts }: Pick<Event, 'texts'>, wanted: readonly string[]): string {
  return wanted.find((language) => language in texts) ?? Object.keys(texts)[0] ?? '';
}

/** Somebody who has not registered yet. */
const STRANGER = {
  registration: null,
  position: null,
  feedback: false,
  materials: false,
  agenda: false,
  certificate: false,
  details: false,
};

/** UTF-16 units: what surrounds it must fit into the same message. */
const DESCRIPTION = 2400;
/** Where questions stand below it, of which this many are shown. */
const SHORTER = 1600;
const QUESTIONS = 5;

/** The event's page as `participant` will see it, and what an organizer may have forgotten: the last look before it is public. */
export function publishView(
  event: Event,
  { seats, form }: { seats: Seats; form: FormSpec },
  participant: Reader,
  { t, lang, programme }: Reader,
): View {
  const languages = Object.keys(event.texts);
  const names = (of: string[]) => formatList(lang, of.map(languageName), 'and');
  const untold = programme.languages.filter((language) => !languages.includes(language));
  const undescribed = languages.filter((language) => event.texts[language]!.description === '');
  const questions = askedItems(form);
  const { title, description } = event.texts[participant.lang] ?? { title: '', description: '' };
  const texts = {
    [participant.lang]: { title, description: clip(description, questions.length > 0 ? SHORTER : DESCRIPTION) },
  };
  const nowhere = event.place === null && event.link === null;
  return {
    text: lines(
      html`<i>${t('organize:preview', { language: languageName(participant.lang) })}</i>`,
      '',
      eventView({ ...event, texts, status: 'published' }, { ...STRANGER, seats }, participant).text,
      ...(questions.length > 0 ? ['', t('organize:own_questions_are', { count: questions.length })] : []),
      ...questions.slice(0, QUESTIONS).map((item, i) => html`${i + 1}. ${questionLine(item, form, participant.t)}`),
      questions.length > QUESTIONS && '…',
      ...(nowhere || untold.length > 0 || undescribed.length > 0 ? ['', t('organize:missing')] : []),
      nowhere && html`• ${t('organize:missing_place')}`,
      undescribed.length > 0 && html`• ${t('organize:missing_description', { list: names(undescribed) })}`,
      untold.length > 0 && html`• ${t('organize:missing_texts', { list: names(untold) })}`,
    ),
    buttons: [
      ...grid(
        languages
          .filter((language) => language !== participant.lang)
          .map((language) => ({ text: languageName(language), data: data('publish', event.id, language) })),
        2,
      ),
      [{ text: t('organize:publish_now'), data: data('publish_now', event.id) }],
      [
        { text: t('organize:to_edit_event'), data: data('edit_event', event.id) },
        { text: t('organize:to_questions'), data: data('questions', event.id) },
      ],
      [toManage(t, event.id)],
    ],
  };
}

export function publishingNote(t: T, outcome: Publishing): string {
  switch (outcome) {
    case 'published':
      return t('organize:published');
    case 'published already':
      return t('organize:published_already');
    case 'begun':
      return t('organize:begun');
    case 'cancelled':
      return t('events:cancelled');
  }
}
