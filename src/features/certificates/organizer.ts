import type { Deps, PersonCtx } from '../../bot/context.ts';
import { html } from '../../bot/html.ts';
import { pageOf } from '../../bot/pages.ts';
import type { Route } from '../../bot/routes.ts';
import { idOf, send, show, type Button, type View } from '../../bot/view.ts';
import type { Form } from '../../forms/form.ts';
import { readerOf } from '../events/messages.ts';
import { eventOfRegistration, findEvent, type Event } from '../events/store.ts';
import { noEventView } from '../organize/messages.ts';
import { handPdf } from './hand.ts';
import { captionView } from './messages.ts';
import { organizerForms, type Pages } from './organizer-forms.ts';
import { certificatePage, certificatesView, listView, othersView, toCertificates } from './organizer-messages.ts';
import { checkLink, paperOf } from './papers.ts';
import { standings } from './standing.ts';
import {
  certificatesAt,
  certify,
  eventOfCertificate,
  findCertificate,
  issue,
  type Certificate,
  type Issued,
} from './store.ts';

type How = (ctx: PersonCtx, view: View) => Promise<unknown>;

/** What organizers see of the certificates of their event, and do with them. */
export function organizerSide(deps: Deps) {
  const { db, clock, programme, config } = deps;

  const reader = (to: PersonCtx) => readerOf(deps, to);

  const notFound = (ctx: PersonCtx): View => noEventView(ctx.t);

  async function overview(ctx: PersonCtx, eventId: number, how: How, note?: string): Promise<void> {
    const event = await findEvent(db, eventId);
    if (!event) return void (await how(ctx, notFound(ctx)));
    const figures = {
      standings: await standings(db, eventId),
      all: await certificatesAt(db, eventId),
      web: config.PUBLIC_URL !== undefined,
    };
    await how(ctx, certificatesView(event, figures, reader(ctx), note));
  }

  async function one(ctx: PersonCtx, id: number, how: How, note?: string): Promise<void> {
    const known = await findCertificate(db, id);
    const event = known && (await findEvent(db, known.certificate.eventId));
    if (!known || !event) return void (await how(ctx, notFound(ctx)));
    await how(ctx, certificatePage(event, known, checkLink(deps, known.certificate.code), reader(ctx), note));
  }

  const pages: Pages = {
    event: (ctx, id, note) => overview(ctx, id, send, note),
    certificate: (ctx, id, note) => one(ctx, id, send, note),
  };

  /** To hand over, for somebody who does not use the bot. */
  async function copy(ctx: PersonCtx, certificate: Certificate): Promise<void> {
    const { code, issuedAt, eventId } = certificate;
    const event = await findEvent(db, eventId);
    if (issuedAt === null || !event) return;
    const paper = paperOf(deps, { ...certificate, issuedAt }, programme.defaultZone);
    const back: Button = toCertificates(ctx.t, eventId);
    await handPdf(ctx, [paper], `certificate-${code}.pdf`, captionView(certificate, checkLink(deps, code), back, ctx));
  }

  async function specimen(ctx: PersonCtx, event: Event): Promise<void> {
    const paper = paperOf(
      deps,
      {
        code: '0'.repeat(16),
        name: ctx.t('certificates:sample_name'),
        language: ctx.lang,
        certified: certify(event, null, programme),
        issuedAt: clock.now(),
      },
      programme.defaultZone,
      true,
    );
    await handPdf(ctx, [paper], `specimen-${event.code}.pdf`, {
      text: html`<b>${ctx.t('certificates:specimen')}</b>`,
      buttons: [[toCertificates(ctx.t, event.id)]],
    });
  }

  /** All that are valid, for the printer. */
  async function everyCopy(ctx: PersonCtx, event: Event): Promise<void> {
    const valid = (await certificatesAt(db, event.id)).flatMap(({ certificate }) => {
      const { state, issuedAt } = certificate;
      return state === 'valid' && issuedAt ? [paperOf(deps, { ...certificate, issuedAt }, programme.defaultZone)] : [];
    });
    if (valid.length === 0) return overview(ctx, event.id, show);
    await handPdf(ctx, valid, `certificates-${event.code}.pdf`, {
      text: html`<b>${ctx.t('certificates:issued_are', { n: valid.length })}</b>`,
      buttons: [[toCertificates(ctx.t, event.id)]],
    });
  }

  function onEvent(name: string, go: (ctx: PersonCtx, event: Event, page?: string) => Promise<void>): Route {
    return {
      on: 'press',
      name,
      needs: 'organizer of it',
      async do(ctx, id, page) {
        const event = await findEvent(db, idOf(id));
        await (event ? go(ctx, event, page) : show(ctx, notFound(ctx)));
      },
    };
  }

  const onCertificate = (name: string, go: (ctx: PersonCtx, id: number) => Promise<void>): Route => ({
    on: 'press',
    name,
    needs: 'organizer of it',
    of: eventOfCertificate,
    do: (ctx, id) => go(ctx, idOf(id)),
  });

  const routes: Route[] = [
    onEvent('certificates', (ctx, event) => overview(ctx, event.id, show)),
    onEvent('certificate_rule', (ctx, event) => ctx.fill('certificate_rule', event.id)),
    onEvent('certificate_specimen', specimen),
    onEvent('issue_certificates', async (ctx, event) => {
      const outcome = await db.transaction((tx) => issue(tx, event.id, programme, clock.now()));
      await overview(ctx, event.id, show, issuedNote(ctx, outcome));
    }),
    onEvent('certificate_list', async (ctx, event, page) => {
      const all = (await certificatesAt(db, event.id)).filter(({ certificate }) => certificate.state !== 'replaced');
      await show(ctx, listView(event, pageOf(all, page), reader(ctx)));
    }),
    onEvent('certificate_others', async (ctx, event, page) => {
      const open = (await standings(db, event.id)).filter(({ current }) => current === null);
      await show(ctx, othersView(event, pageOf(open, page), reader(ctx)));
    }),
    onEvent('certificates_pdf', everyCopy),
    {
      on: 'press',
      name: 'certificate_by_hand',
      needs: 'organizer of it',
      of: eventOfRegistration,
      do: (ctx, id) => ctx.fill('certificate_by_hand', idOf(id)),
    },
    onCertificate('certificate_page', (ctx, id) => one(ctx, id, show)),
    onCertificate('certificate_approve', (ctx, id) => ctx.fill('certificate_approve', id)),
    onCertificate('certificate_revoke', (ctx, id) => ctx.fill('certificate_revoke', id)),
    onCertificate('certificate_copy', async (ctx, id) => {
      const known = await findCertificate(db, id);
      await (known?.certificate.state === 'valid' ? copy(ctx, known.certificate) : one(ctx, id, show));
    }),
  ];

  return {
    routes,
    forms: organizerForms(deps, pages) satisfies Form[],
    /** After an organizer approved a name. */
    landing: {
      issued: copy,
      changed: (ctx: PersonCtx, id: number) => one(ctx, id, send, ctx.t('certificates:changed_meanwhile')),
    },
  };
}

function issuedNote({ t }: PersonCtx, outcome: Issued): string {
  switch (outcome.kind) {
    case 'issued':
      return t('certificates:prepared', { n: outcome.proposed });
    case 'not over':
      return t('certificates:issue_later');
    case 'no rule':
      return t('certificates:set_rule_first');
  }
}
