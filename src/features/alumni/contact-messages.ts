import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { data, menu, oneLine, type Button, type View } from '../../bot/view.ts';
import type { Person } from '../../bot/context.ts';
import { DAILY, type Contact, type Standing } from './contact-store.ts';
import { directory, entryText, names, type Reader } from './messages.ts';
import { entryOf, type Entry } from './store.ts';

/** Somebody's page: what they show, and what the reader can do now to get in contact. */
export function alumnaView(entry: Entry, between: Standing, person: Person, back: Button, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(entryText(entry, reader), '', standingText(between, person, t)),
    buttons: [...standingButtons(between, entry.personId, t), [back], [menu(t)]],
  };
}

/** Null when they may ask: then there is a button instead. `other`: whom the reader looks at. */
export function standingText(between: Standing, other: Person, t: T): Html | null {
  switch (between.kind) {
    case 'may ask':
      return null;
    case 'self':
      return html`${t('alumni:this_is_you')}`;
    case 'limit':
      return html`${t('alumni:limit', { max: DAILY })}`;
    case 'takes none':
      return html`${t('alumni:takes_no_requests')}`;
    case 'asked':
      return html`${t(between.request.state === 'declined' ? 'alumni:not_now' : 'alumni:not_answered')}`;
    case 'was asked':
      return lines(
        html`<b>${t('alumni:contact_request')}</b>`,
        quote(between.request.body),
        html`${t('alumni:if_you_accept')}`,
      );
    case 'in contact': {
      const { fromId, fromUsername, toUsername } = between.request;
      const username = fromId === other.id ? fromUsername : toUsername;
      return lines(html`${t('alumni:in_contact')}`, telegramContact(other, username, t));
    }
  }
}

function standingButtons(between: Standing, personId: number, t: T): Button[][] {
  if (between.kind === 'may ask') return [[{ text: t('alumni:request'), data: data('contact', personId) }]];
  if (between.kind === 'was asked') return [decisions(between.request.id, t)];
  if (between.kind === 'self') return [[{ text: t('alumni:change_me'), data: 'list_me' }]];
  return [];
}

/** To the one who is asked: who asks, as the directory shows them, in their words, and nothing else of them. */
export function requestView({ request, asker }: Contact, reader: Reader): View {
  const { t } = reader;
  return {
    text: lines(...asking(request.body, asker, reader), '', html`${t('alumni:if_you_accept')}`),
    buttons: [decisions(request.id, t)],
  };
}

export const requestLine = ({ asker }: Contact, t: T) => oneLine(t('alumni:contact_title', { name: asker.name }));

/** The same message once it is answered; an old button shows what was decided. */
export function decidedView({ request, from, asker }: Contact, reader: Reader): View {
  const { t } = reader;
  const accepted = request.state === 'accepted';
  return {
    text: lines(
      ...asking(request.body, asker, reader),
      '',
      accepted
        ? lines(html`✅ ${t('alumni:you_accepted')}`, telegramContact(from, request.fromUsername, t))
        : html`${t('alumni:you_declined')}`,
    ),
    buttons: [[menu(t)]],
  };
}

/** To the one who asked. */
export function answerView({ request, to }: Contact, { t }: Reader): View {
  const accepted = request.state === 'accepted';
  return {
    text: lines(
      html`<b>${t('alumni:contact_request')}</b>`,
      html`${t('alumni:name')} · ${names(entryOf(to, null))}`,
      '',
      accepted
        ? lines(html`✅ ${t('alumni:was_accepted')}`, telegramContact(to, request.toUsername, t))
        : html`${t('alumni:was_declined')}`,
    ),
    buttons: [[directory(t)], [menu(t)]],
  };
}

export function requestSentView(t: T): View {
  return { text: html`${t('alumni:request_sent')}`, buttons: [[directory(t)], [menu(t)]] };
}

/** What was not sent is given back: the limit was reached, or the person is gone, while it was being written. */
export function notSentView(why: Html, body: string, t: T): View {
  return { text: lines(why, '', quote(body)), buttons: [[directory(t)], [menu(t)]] };
}

const asking = (body: string, asker: Entry, reader: Reader): (Html | string)[] => [
  html`🤝 <b>${reader.t('alumni:contact_request')}</b>`,
  '',
  entryText(asker, reader),
  '',
  quote(body),
];

const quote = (body: string) => html`<blockquote>${body}</blockquote>`;

const decisions = (id: number, t: T): Button[] => [
  { text: t('alumni:accept'), data: data('accept_contact', id) },
  { text: t('alumni:decline'), data: data('decline_contact', id) },
];

/**
 * Somebody without a username is reached by a mention of their id, which works between people who both know the bot
 * (Bot API, "Formatting options"). A button with that link would not do: Telegram refuses the whole message where
 * their privacy settings forbid it.
 */
function telegramContact(person: Person, username: string | null, t: T): Html {
  if (username) return html`@${username}`;
  const { name } = entryOf(person, null);
  return lines(html`<a href="tg://user?id=${person.telegramId}">${name}</a>`, t('alumni:press_name'));
}
