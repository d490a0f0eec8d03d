import { COMMANDS } from '../../bot/commands.ts';
import type { I18n, T } from '../../bot/i18n.ts';
import { languageName } from '../../bot/format/words.ts';
import { html, lines } from '../../bot/html.ts';
import { data, grid, type Button, type View } from '../../bot/view.ts';
import { text, type Programme } from '../../programme.ts';

/** Asked in every language of the programme, since we can't know which one the person reads. */
export function languagesView(i18n: I18n, hint: string | undefined, payload: string): View {
  const args = payload ? [payload] : [];
  const ordered = i18n.languages.toSorted((a, b) => Number(b === hint) - Number(a === hint));
  return {
    text: lines(...ordered.map((lang) => html`${i18n.t(lang)('common:choose_language')}`)),
    buttons: grid(
      ordered.map((lang) => ({
        text: `${lang === hint ? '✓ ' : ''}${languageName(lang)}`,
        data: data('lang', lang, ...args),
      })),
      2,
    ),
  };
}

export function consentView(t: T, programme: Programme, lang: string, payload: string): View {
  const args = payload ? [payload] : [];
  return {
    text: lines(html`<b>${t('people:consent_title')}</b>`, '', html`${programme.consent.text[lang]}`),
    buttons: [
      [{ text: t('people:agree'), data: data('agree', lang, ...args) }],
      [{ text: t('people:decline'), data: data('decline', lang) }],
      [{ text: t('people:other_language'), data: data('languages', ...args) }],
    ],
  };
}

export function declinedView(t: T): View {
  return { text: html`${t('people:declined')}` };
}

export function homeView(
  t: T,
  programme: Programme,
  lang: string,
  { reason, organizer }: { reason: 'start' | 'lost'; organizer: boolean },
): View {
  const link = (name: 'events' | 'my' | 'materials' | 'directory' | 'profile' | 'settings'): Button => ({
    text: t(`common:menu_${name}`),
    data: name,
  });
  return {
    text: lines(
      reason === 'lost' && html`${t('common:not_understood')}`,
      reason === 'lost' && '',
      html`<b>${text(programme, programme.name.full, lang)}</b>`,
      html`${t('common:home')}`,
    ),
    buttons: [
      [link('events')],
      [link('my')],
      [link('materials'), link('directory')],
      [link('profile'), link('settings')],
      organizer ? [{ text: t('common:menu_organize'), data: 'organize' }] : [],
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
    buttons: [[{ text: t('common:main_menu'), data: 'home' }]],
  };
}
