import { languageName } from '../../bot/format/words.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { clip } from '../../bot/view.ts';
import type { Reader } from '../events/messages.ts';
import { facts } from './messages.ts';
import { shownLanguage } from './publish-messages.ts';
import type { EventInput } from './store.ts';

/*
 * UTF-16 units of what people typed. The summary is one message of 4096 whatever they typed, and "Edit" and the preview
 * before publishing show all of it.
 */
const LONGEST = { description: 400, title: 60, link: 150 };

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
  );
}
