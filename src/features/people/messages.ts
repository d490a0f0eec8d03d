import { COMMANDS } from '../../bot/commands.ts';
import type { I18n, T } from '../../bot/i18n.ts';
import { formatDate } from '../../bot/format/dates.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import { data, grid, menu, shorten, type Button, type View } from '../../bot/view.ts';
import { text, type Programme } from '../../programme.ts';
import type { GivenConsent } from './store.ts';

/** Where a deep link leads, kept in the buttons until the consent: nothing is stored before. None of ours is longer. */
const through = (payload: string): string[] => (/^[\w-]{1,48}$/.test(payload) ? [payload] : []);

/** Asked in every language of the programme, since we can't know which one the person reads. */
export function languagesView(i18n: I18n, hint: string | undefined, payload: string): View {
  const ordered = hintFirst(i18n, hint);
  return {
    text: lines(...ordered.map((lang) => html`${i18n.t(lang)('common:choose_language')}`)),
    buttons: grid(
      ordered.map((lang) => ({
        text: `${lang === hint ? '✓ ' : ''}${languageName(lang)}`,
        data: data('lang', lang, ...through(payload)),
      })),
      2,
    ),
  };
}

/** Said in every language too: the message with the buttons holds what the person chose, and where they want to go. */
export function useButtonsView(i18n: I18n, hint: string | undefined): View {
  return { text: lines(...hintFirst(i18n, hint).map((lang) => i18n.t(lang)('people:use_buttons'))) };
}

const hintFirst = ({ languages }: I18n, hint: string | undefined) =>
  languages.toSorted((a, b) => Number(b === hint) - Number(a === hint));

export function consentView(t: T, programme: Programme, lang: string, payload: string): View {
  const args = through(payload);
  return {
    text: lines(html`<b>${t('people:consent_title')}</b>`, '', html`${programme.consent.text[lang]}`),
    buttons: [
      [{ text: t('people:agree'), data: data('agree', lang, ...args) }],
      [{ text: t('people:decline'), data: data('decline', lang, ...args) }],
      [{ text: t('people:other_language'), data: data('languages', ...args) }],
    ],
  };
}

/** What somebody agreed to, as it stays in the chat and as it is shown on request. */
export function agreedView(t: T, lang: string, zone: string, { text: words, version, givenAt }: GivenConsent): View {
  return {
    text: lines(
      html`<b>${t('people:consent_title')}</b>`,
      '',
      words,
      '',
      html`✓ ${t('people:agreed', { date: formatDate(lang, givenAt, zone) })}`,
      // The text of a programme may name its version itself.
      !words.includes(version) && html`${t('people:consent_version', { version })}`,
    ),
  };
}

export function declinedView(t: T, lang: string, payload: string): View {
  const again = { text: t('people:read_consent'), data: data('lang', lang, ...through(payload)) };
  return { text: html`${t('people:declined')}`, buttons: [[again]] };
}

type Home = {
  reason: 'start' | 'lost';
  organizer: boolean;
  translator: boolean;
  focalPoint: boolean;
  reviewer: boolean;
  /** What they were in the middle of. */
  unfinished: { id: number; title: string } | undefined;
};

export function homeView(
  t: T,
  programme: Programme,
  lang: string,
  { reason, organizer, translator, reviewer, focalPoint, unfinished }: Home,
): View {
  const link = (name: 'events' | 'my' | 'materials' | 'directory' | 'profile' | 'settings' | 'help'): Button => ({
    text: t(`common:menu_${name}`),
    data: name,
  });
  return {
    text: lines(
      reason === 'lost' && html`${t('common:not_understood')}`,
      reason === 'lost' && '',
      html`<b>${text(programme, programme.name.full, lang)}</b>`,
      unfinished && html`${t('forms:unfinished', { title: unfinished.title })}\n`,
      html`${t('common:home')}`,
    ),
    buttons: [
      unfinished
        ? [
            {
              text: shorten(t('common:continue_with', { title: unfinished.title })),
              data: data('resume', unfinished.id),
            },
          ]
        : [],
      [link('events')],
      [link('my')],
      [link('materials'), link('directory')],
      [link('profile'), link('settings')],
      [link('help')],
      organizer ? [{ text: t('common:menu_organize'), data: 'organize' }] : [],
      focalPoint ? [{ text: t('nominations:title'), data: 'nominations' }] : [],
      reviewer ? [{ text: t('selection:review'), data: 'review' }] : [],
      translator ? [{ text: t('translations:translate'), data: 'translate' }] : [],
    ],
  };
}

export function helpView(t: T, programme: Programme, organizer: boolean): View {
  return {
    text: lines(
      html`<b>${t('common:menu_help')}</b>`,
      '',
      ...COMMANDS.map((name) => html`/${name} · ${t(`common:command_${name}`)}`),
      organizer && html`/organize · ${t('common:command_organize')}`,
      '',
      html`${t('common:help_contact', { contact: programme.contact.email })}`,
    ),
    buttons: [
      [{ text: t('people:consent'), data: 'consent' }],
      [{ text: t('common:command_mydata'), data: 'mydata' }],
      [{ text: t('common:command_erase'), data: 'erase' }],
      [menu(t)],
    ],
  };
}
