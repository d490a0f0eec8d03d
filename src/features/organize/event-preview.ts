import { languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { clip } from '../../bot/view.ts';
import type { OwnQuestion } from '../../db/schema.ts';
import { pick } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { facts } from './messages.ts';
import { shownLanguage } from './publish-messages.ts';
import type { EventInput } from './store.ts';

/*
 * UTF-16 units of what people typed. The summary is one message of 4096 whatever they typed, and "Edit" and the preview
 * before publishing show all of it.
 */
const LONGEST = { description: 400, title: 60, link: 150, question: 80, options: 50 };

/** The event as it will be, in place of a list of forty answers. */
export function eventPreview(event: EventInput, reader: Reader): Html {
  const { t } = reader;
  const shown = shownLanguage(event, t.reads);
  const { title, description } = event.texts[shown] ?? { title: '—', description: '' };
  const others = Object.entries(event.texts).filter(([language]) => language !== shown);
  return lines(
    html`<b>${title}</b>`,
    html`${t(`events:kind_${event.kind}`)}`,
    '',
    facts({ ...event, link: event.link && clip(event.link, LONGEST.link) }, reader),
    html`${t('changes:seats_now', { value: event.seats ?? t('organize:no_limit') })}`,
    description && html`\n${clip(description, LONGEST.description)}`,
    ...(others.length > 0 ? [''] : []),
    ...others.map(([language, text]) => html`${languageName(language)} · ${clip(text.title, LONGEST.title)}`),
    ...(event.questions.length > 0 ? ['', t('organize:own_questions_are', { count: event.questions.length })] : []),
    ...event.questions.map((question, i) => html`${i + 1}. ${describe(question, reader)}`),
  );
}

function describe({ kind, label, options = [], optional }: OwnQuestion, { t }: Reader): string {
  const worded = (texts: Record<string, string>) => pick(texts, t.reads) ?? '';
  const answers = options.map(({ label }) => worded(label)).join(' / ');
  return [
    clip(worded(label), LONGEST.question),
    kind === 'choice' ? clip(answers, LONGEST.options) : t(`organize:own_kind_${kind}`),
    !optional && t('organize:required'),
  ]
    .filter(Boolean)
    .join(' · ');
}
