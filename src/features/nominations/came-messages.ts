import { html, lines } from '../../bot/html.ts';
import { pageButtons, pageOf } from '../../bot/pages.ts';
import { clip, data, grid, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording } from '../events/store.ts';
import { listId } from './list.ts';
import { card, closedNote, described, TITLE, toList, type About } from './messages.ts';
import { mayChange, type Applicant } from './store.ts';

/** Who came without having been nominated: they can be endorsed. */
export function cameView(
  { event, country }: Omit<About, 'actor'>,
  all: Applicant[],
  wanted: string | undefined,
  reader: Reader,
): View {
  const { t, lang, programme } = reader;
  const list = { eventId: event.id, country };
  const { items, ...place } = pageOf(all, wanted);
  return {
    text: lines(
      html`<b>${clip(wording(event, t).title, TITLE)}</b>`,
      html`<b>${t('nominations:came')}</b> · ${countryName(programme, country, lang)}`,
      html`${t(all.length === 0 ? 'nominations:came_nobody' : 'nominations:came_explained')}`,
      '',
      ...items.flatMap(({ person, registration }, i) => [
        html`${place.first + i + 1}. ${described(person)}`,
        html`<i>${t(`organize:state_${registration.status}`)}</i>`,
      ]),
    ),
    buttons: [
      ...grid(
        items.map(({ registration }, i) => ({
          text: String(place.first + i + 1),
          data: data('applicant', registration.id),
        })),
        4,
      ),
      pageButtons(t, place, (to) => data('came', listId(list), to)),
      [toList(t, list)],
    ],
  };
}

export function applicantView(
  { event, actor }: Pick<About, 'event' | 'actor'>,
  { person, registration }: Applicant,
  { full }: { full: boolean },
  reader: Reader,
): View {
  const { t, now } = reader;
  const changeable = mayChange(event, actor, now);
  const list = { eventId: event.id, country: registration.country! };
  return {
    text: lines(
      ...card(person),
      '',
      html`<b>${clip(wording(event, t).title, TITLE)}</b>`,
      html`${t(`organize:state_${registration.status}`)}`,
      changeable && full && ['', t('nominations:full')],
      !changeable && ['', closedNote(actor, changeable, reader)],
    ),
    buttons: [
      changeable && !full ? [{ text: t('nominations:endorse'), data: data('endorse', registration.id) }] : [],
      [{ text: t('common:back'), data: data('came', listId(list)) }],
    ],
  };
}
