import { eq } from 'drizzle-orm';
import type { Deps, PersonCtx } from '../../bot/context.ts';
import { formatPercent } from '../../bot/format/quantities.ts';
import { event } from '../../db/schema.ts';
import { defineForm, type Form } from '../../forms/form.ts';
import { yesNo } from '../../forms/kinds/choice.ts';
import { wholeNumber } from '../../forms/kinds/number.ts';
import { offering } from '../../forms/kinds/offering.ts';
import { text, textOf } from '../../forms/kinds/text.ts';
import { eventOfRegistration, findEvent, wording, type Event } from '../events/store.ts';
import { revoke } from './deciding.ts';
import type { Standing } from './standing.ts';
import {
  eventOfCertificate,
  findCertificate,
  isOver,
  issueByHand,
  standingOf,
  type Certificate,
  type Known,
} from './store.ts';

/** Characters of what organizers write. */
const MOST = 500;

/** Where organizers are led: `note` is what has just happened. */
export type Pages = {
  event(ctx: PersonCtx, eventId: number, note?: string): Promise<void>;
  certificate(ctx: PersonCtx, id: number, note?: string): Promise<void>;
};

type ByHand = { event: Event; standing: Standing };

export function organizerForms({ db, programme, clock }: Deps, pages: Pages): Form[] {
  return [
    defineForm<Event, void>({
      key: 'certificate_rule',
      needs: 'organizer of it',
      ephemeral: true,
      async load(db, _person, id) {
        const one = await findEvent(db, id);
        return one && one.status !== 'cancelled' ? one : null;
      },
      gone: (ctx, id) => pages.event(ctx, id),
      title: ({ t, subject }) => `${t('certificates:rule')} · ${wording(subject, t).title}`,
      questions({ t, lang, answers }) {
        const percent = (share: number) => {
          const label = formatPercent(lang, share / 100);
          return { token: String(share), label, value: share, shown: label };
        };
        const everybody = t('certificates:rule_everybody');
        const none = t('certificates:no_certificates');
        return [
          {
            key: 'share',
            label: t('certificates:attendance'),
            ask: t('certificates:ask_share'),
            kind: offering(t, wholeNumber(t, { min: 0, max: 100 }), [
              percent(80),
              percent(50),
              { token: '0', label: everybody, value: 0, shown: everybody },
              { token: 'none', label: none, value: false, shown: none },
            ]),
          },
          ...(answers.share === false
            ? []
            : [
                {
                  key: 'feedback',
                  label: t('certificates:rule_feedback'),
                  ask: t('certificates:ask_feedback'),
                  kind: yesNo(t),
                },
              ]),
        ];
      },
      async submit(tx, { subject, answers: { share, feedback } }) {
        const certificateShare = typeof share === 'number' ? share : null;
        await tx
          .update(event)
          .set({ certificateShare, certificateFeedback: certificateShare !== null && feedback === 'yes' })
          .where(eq(event.id, subject.id));
      },
      done: (ctx, _outcome, { subject }) => pages.event(ctx, subject.id, ctx.t('changes:saved')),
    }),

    defineForm<ByHand, Certificate | null>({
      key: 'certificate_by_hand',
      needs: 'organizer of it',
      of: eventOfRegistration,
      ephemeral: true,
      async load(db, _person, id) {
        const found = await standingOf(db, id);
        return found && found.standing.current === null && isOver(found.event, clock.now()) ? found : null;
      },
      async gone(ctx, id) {
        const eventId = await eventOfRegistration(db, [String(id)]);
        await pages.event(ctx, Number(eventId));
      },
      title: ({ t, subject: { standing } }) =>
        `${t('certificates:by_hand')} · ${standing.latinName ?? standing.fullName ?? '—'}`,
      questions: ({ t }) => [
        { key: 'note', label: t('seats:note'), ask: t('certificates:ask_note'), kind: text(t, { max: MOST }) },
      ],
      confirm: (t) => t('certificates:by_hand'),
      submit: (tx, { subject, answers, now }) =>
        issueByHand(tx, subject.standing.registrationId, { programme, now, note: textOf(answers.note) }),
      done: (ctx, made, { subject }) => (made ? pages.certificate(ctx, made.id) : pages.event(ctx, subject.event.id)),
    }),

    defineForm<Known, boolean>({
      key: 'certificate_revoke',
      needs: 'organizer of it',
      of: eventOfCertificate,
      ephemeral: true,
      async load(db, _person, id) {
        const known = await findCertificate(db, id);
        return known && ['proposed', 'valid'].includes(known.certificate.state) ? known : null;
      },
      gone: (ctx, id) => pages.certificate(ctx, id),
      title: ({ t, subject }) => `${t('certificates:revoke_title')} · ${subject.certificate.name}`,
      questions: ({ t }) => [
        {
          key: 'reason',
          label: t('certificates:reason'),
          ask: t('certificates:ask_reason'),
          kind: text(t, { max: MOST }),
        },
      ],
      confirm: (t) => t('certificates:revoke'),
      submit: (tx, { subject, answers, now }) =>
        revoke(tx, { id: subject.certificate.id, reason: textOf(answers.reason) }, now),
      done: (ctx, revoked, { subject }) =>
        pages.certificate(
          ctx,
          subject.certificate.id,
          ctx.t(revoked ? 'certificates:was_revoked' : 'certificates:changed_meanwhile'),
        ),
    }),
  ];
}
