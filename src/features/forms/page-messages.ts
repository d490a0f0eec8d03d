import { formatDate } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { pageAt, pageButtons } from '../../bot/pages.ts';
import { clip, data, grid, type Button, type View } from '../../bot/view.ts';
import { moveItem } from '../../forms/spec/edit.ts';
import { askedItems, isAsked, placed, type FormSpec, type Texts } from '../../forms/spec/spec.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from '../organize/messages.ts';
import type { AnswerFile } from './files.ts';
import { conditionInWords, questionLine, typeName, worded } from './messages.ts';
import { letterOf, PURPOSES, purposeOf, type Made } from './purposes.ts';
import type { Use, Version, versionsOf } from './store.ts';

/** Questions on a page. */
const LIST = 10;
/** Choices that the page of a question shows. */
const OPTIONS = 30;

export const toQuestions = (t: T, eventId: number, purpose: Made, page = 0): Button => ({
  text: t('questionnaires:title'),
  data: data('questions', eventId, letterOf(purpose), page),
});

type Versions = Awaited<ReturnType<typeof versionsOf>>;

/** What an event asks people, and what can be done with it. `versions`: the latest first; none, if nothing was ever made. */
export function questionsView(
  event: Event,
  purpose: Made,
  versions: Versions,
  wanted: string | undefined,
  { t }: Reader,
  note?: string,
): View {
  const [current] = versions;
  const asked = current ? listOf(current.spec, t) : [];
  const files = versions.some(({ spec, answers }) => answers > 0 && asksFiles(spec));
  const place = pageAt(asked.length, wanted, LIST);
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${t('questionnaires:title')}</b>`,
      html`${wording(event, t).title}`,
      html`${t(`questionnaires:of_${purpose}`)}`,
      '',
      asked.length === 0 && html`${t('questionnaires:none')}`,
      ...asked.slice(place.first, place.first + LIST),
    ),
    buttons: [
      ...grid(
        asked.slice(place.first, place.first + LIST).map((_, i) => ({
          text: String(place.first + i + 1),
          data: data('question', current!.id, place.first + i),
        })),
        5,
      ),
      pageButtons(t, place, (page) => data('questions', event.id, letterOf(purpose), page)),
      [{ text: t('questionnaires:add_question'), data: data('add_question', event.id, letterOf(purpose)) }],
      ...(current && asked.length > 0
        ? [[{ text: t('questionnaires:try_it'), data: data('try_form', current.id) }]]
        : []),
      [{ text: t('questionnaires:import_file'), data: data('import_form', event.id, letterOf(purpose)) }],
      ...(current && asked.length > 0
        ? [[{ text: t('questionnaires:export_file'), data: data('export_form', current.id) }]]
        : []),
      files ? [{ text: t('questionnaires:files'), data: data('answer_files', event.id, letterOf(purpose)) }] : [],
      versions.length > 1
        ? [{ text: t('questionnaires:versions'), data: data('form_versions', event.id, letterOf(purpose)) }]
        : [],
      ...PURPOSES.filter((one) => one !== purpose).map((one) => [
        { text: t(`questionnaires:purpose_${one}`), data: data('questions', event.id, letterOf(one)) },
      ]),
      [toManage(t, event.id)],
    ],
  };
}

/** All that must hold. Ten of these, with their questions, fit a message (Bot API, sendMessage: 4096). */
function conditionLine(conditions: string[], spec: FormSpec, t: T): Html {
  const condition = clip(conditions.map((source) => conditionInWords(source, spec, t)).join(' + '), 160);
  return html`<i>${t('questionnaires:only_if', { condition })}</i>`;
}

const asksFiles = (spec: FormSpec) => askedItems(spec).some(({ type }) => type === 'file' || type === 'image');

/** "3. Which track? · Law / Technology", and on what it depends. */
function listOf(spec: FormSpec, t: T): Html[] {
  return placed(spec.items)
    .flatMap(({ item, conditions }) => (isAsked(item) ? [{ item, conditions }] : []))
    .map(({ item, conditions }, i) =>
      lines(
        html`${i + 1}. ${questionLine(item, spec, t)}`,
        conditions.length > 0 && html`    ${conditionLine(conditions, spec, t)}`,
      ),
    );
}

/** One question, in all its languages, and what can be done with it. `i`: its place among those that are asked, from 0. */
export function questionView(
  { version, use }: { version: Version; use: Use },
  i: number,
  { t }: Pick<Reader, 't'>,
  note?: string,
): View {
  const { spec } = version;
  const all = placed(spec.items).flatMap(({ item, conditions }) => (isAsked(item) ? [{ item, conditions }] : []));
  const { item, conditions } = all[i]!;
  const options = 'list' in item ? (spec.choices[item.list] ?? []) : [];
  const move = (by: -1 | 1): Button[] => {
    const moved = moveItem(spec, item.name, by);
    const to = askedItems(moved).findIndex(({ name }) => name === item.name);
    const label = by < 0 ? t('questionnaires:move_up') : t('questionnaires:move_down');
    return to === i ? [] : [{ text: label, data: data('move_question', version.id, i, by < 0 ? 0 : 1) }];
  };
  return {
    text: lines(
      ...(note === undefined ? [] : [note, '']),
      html`<b>${t('questionnaires:question', { n: i + 1 })}</b>`,
      html`${[typeName(item, t), ...('required' in item && item.required ? [t('organize:required')] : [])].join(' · ')}`,
      '',
      ...inOrder(item.label, spec).map(
        ([language, label]) => html`${language === '' ? '' : `${languageName(language)} · `}${clip(label, 120)}`,
      ),
      ...(options.length > 0 ? [''] : []),
      ...options.slice(0, OPTIONS).map(({ name, label }) => html`• ${clip(worded(label, t) || name, 60)}`),
      ...(options.length > OPTIONS ? ['…'] : []),
      ...(conditions.length > 0 ? [''] : []),
      conditions.length > 0 && conditionLine(conditions, spec, t),
    ),
    buttons: [
      [{ text: t('questionnaires:edit_question'), data: data('edit_question', version.id, i) }],
      [...move(-1), ...move(1)],
      [{ text: t('questionnaires:drop_question'), data: data('really_drop_question', version.id, i) }],
      [toQuestions(t, use.eventId, purposeOf(letterOf(use.purpose)), Math.floor(i / LIST))],
    ],
  };
}

/** In the order of the form's languages; JSON keeps none. */
function inOrder(texts: Texts, { languages }: FormSpec): [language: string, text: string][] {
  const place = (language: string) => languages.findIndex(({ code }) => code === language);
  return Object.entries(texts).toSorted(([a], [b]) => place(a) - place(b));
}

export function reallyDropView(version: Version, i: number, t: T): View {
  const item = askedItems(version.spec)[i]!;
  return {
    text: lines(html`<b>${worded(item.label, t) || item.name}</b>`, html`${t('questionnaires:really_drop')}`),
    buttons: [
      [{ text: t('questionnaires:drop_question'), data: data('drop_question', version.id, i) }],
      [{ text: t('common:back'), data: data('question', version.id, i) }],
    ],
  };
}

/** Which of them people answered; the file of each is one press away. */
export function versionsView(event: Event, purpose: Made, versions: Versions, { t, lang }: Reader): View {
  const number = (i: number) => versions.length - i;
  return {
    text: lines(
      html`<b>${t('questionnaires:versions')}</b>`,
      html`${wording(event, t).title}`,
      html`${t(`questionnaires:of_${purpose}`)}`,
      '',
      ...versions.map(
        ({ createdAt, answers }, i) =>
          html`${t('questionnaires:version', { n: number(i) })} · ${formatDate(lang, createdAt, event.zone)} · ${t(
            'questionnaires:answers_are',
            { count: answers },
          )}`,
      ),
      '',
      html`${t('questionnaires:versions_explained')}`,
    ),
    buttons: [
      ...grid(
        versions.map(({ id }, i) => ({
          text: `${t('questionnaires:version', { n: number(i) })} (.xlsx)`,
          data: data('export_form', id),
        })),
        2,
      ).slice(0, 20),
      [toQuestions(t, event.id, purpose)],
    ],
  };
}

/** What people sent as answers; a number opens it. */
export function filesView(
  event: Event,
  purpose: Made,
  files: AnswerFile[],
  wanted: string | undefined,
  { t }: Reader,
): View {
  const place = pageAt(files.length, wanted, LIST);
  const shown = files.slice(place.first, place.first + LIST);
  const nameOf = ({ file }: AnswerFile) => file.fileName ?? t(`forms:file_${file.kind}`);
  return {
    text: lines(
      html`<b>${t('questionnaires:files')}</b>`,
      html`${wording(event, t).title}`,
      '',
      files.length === 0 && html`${t('questionnaires:no_files')}`,
      ...shown.map(
        (one, i) =>
          html`${place.first + i + 1}. ${clip(one.who, 80)} · ${clip(one.question, 80)} · ${clip(nameOf(one), 80)}`,
      ),
    ),
    buttons: [
      ...grid(
        shown.map(({ file }, i) => ({
          text: String(place.first + i + 1),
          data: data('answer_file', event.id, letterOf(purpose), file.fileUniqueId),
        })),
        5,
      ),
      pageButtons(t, place, (page) => data('answer_files', event.id, letterOf(purpose), page)),
      [toQuestions(t, event.id, purpose)],
    ],
  };
}

/** Before a trial, where there is a choice. */
export function chooseLanguageView(version: Version, languages: string[], back: Button, t: T): View {
  return {
    text: html`${t('questionnaires:choose_language')}`,
    buttons: [
      ...grid(
        languages.map((language) => ({
          text: languageName(language),
          data: data('try_form', version.id, language),
        })),
        2,
      ),
      [back],
    ],
  };
}
