import { formatWhenBoth } from '../../bot/format/dates.ts';
import { html, lines, type Html } from '../../bot/html.ts';
import { data, menu, type Button, type View } from '../../bot/view.ts';
import { cities, type Reader } from '../events/messages.ts';
import { registrability, wording, type Event } from '../events/store.ts';
import { agendaButton, sessionText } from './messages.ts';
import type { CheckedIn } from './checkin.ts';
import type { Session } from './store.ts';

/** What came of scanning the code, and, where it was not what they hoped for, what to do. */
export function checkedInView(outcome: CheckedIn, reader: Reader): View {
  const { t, lang, zone } = reader;
  switch (outcome.kind) {
    case 'present': {
      const { event, session, before } = outcome;
      return about(
        event,
        session,
        reader,
        html`✅ <b>${t(before ? 'sessions:present_before' : 'sessions:present_now')}</b>`,
      );
    }
    case 'absent':
      return about(outcome.event, outcome.session, reader, html`✗ ${t('sessions:marked_absent')}`);
    case 'cancelled':
      return about(outcome.event, outcome.session, reader, html`❌ ${t('sessions:session_cancelled')}`);
    case 'not now': {
      const { event, session, from, until } = outcome;
      const when = (at: Temporal.Instant) => formatWhenBoth(lang, at, zone, event.zone, cities(reader));
      return about(
        event,
        session,
        reader,
        lines(
          html`🕘 ${t('sessions:not_now')}`,
          html`${t('sessions:opens')}: ${when(from)}`,
          html`${t('sessions:closes')}: ${when(until)}`,
        ),
      );
    }
    case 'no seat': {
      const { event, status } = outcome;
      const open = registrability(event, reader.now) === 'open';
      const waits = status === 'waiting' || status === 'pending' || status === 'offered';
      return {
        text: lines(
          html`<b>${wording(event, t).title}</b>`,
          t(waits ? 'sessions:no_seat_yet' : 'sessions:not_registered'),
          t(open ? 'sessions:register_first' : 'sessions:ask_at_desk'),
        ),
        buttons: [[{ text: t('registration:show'), data: data('event', event.id) }], [menu(t)]],
      };
    }
    case 'too old':
      return { text: html`${t('sessions:code_too_old')}`, buttons: [[menu(t)]] };
    case 'unknown':
      return { text: html`${t('sessions:code_unknown')}`, buttons: [[menu(t)]] };
  }
}

function about(event: Event, session: Session, reader: Reader, head: Html): View {
  const { t } = reader;
  const buttons: Button[][] = [[agendaButton(t, event.id)], [menu(t)]];
  return { text: lines(head, '', sessionText(event, session, event.zone, undefined, reader)), buttons };
}
