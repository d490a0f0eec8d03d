import type { Deps, PersonCtx } from '../../bot/context.ts';
import { pageOf } from '../../bot/pages.ts';
import type { Route } from '../../bot/routes.ts';
import { data, idOf, send, show } from '../../bot/view.ts';
import { outgoing, type Message, type MessageKind, type Recipient } from '../../delivery/messages.ts';
import { readerOf } from '../events/messages.ts';
import type { Feature } from '../feature.ts';
import { handPdf } from './hand.ts';
import { latecomers } from './job.ts';
import { captionView, certificateView, mineView, readyLine, readyView, revokedView } from './messages.ts';
import { goneView, nameForms, type Landing } from './name-form.ts';
import { organizerSide } from './organizer.ts';
import { checkLink, paperOf } from './papers.ts';
import { certificatesOf, findOwn, type Certificate } from './store.ts';
import { verifyPages, verifyRoutes } from './verify.ts';

/** Certificates: who gets one, the name that its owner approves, the PDF, and the page where anybody checks it. */
export function certificates(deps: Deps): Feature {
  const { db, programme } = deps;
  const organizers = organizerSide(deps);

  const reader = (to: PersonCtx) => readerOf(deps, to);

  /** What a message is about, if it is still so. */
  async function about(
    message: Message,
    { person }: Recipient,
    state: Certificate['state'],
  ): Promise<Certificate | null> {
    const one = await findOwn(db, Number(message.data.certificate), person.id);
    return one?.state === state ? one : null;
  }

  const ready: MessageKind = {
    async render(message, to) {
      const one = await about(message, to, 'proposed');
      return one ? outgoing(readyView(one, to)) : { drop: 'approved or revoked' };
    },
    async title(message, to) {
      const one = await about(message, to, 'proposed');
      return one && readyLine(one, to);
    },
  };

  const revoked: MessageKind = {
    async render(message, to) {
      const one = await about(message, to, 'revoked');
      return one ? outgoing(revokedView(one, to)) : { drop: 'not revoked' };
    },
  };

  const open = (ctx: PersonCtx, one: Certificate | null | undefined, how: typeof show | typeof send = show) =>
    how(ctx, one ? certificateView(one, checkLink(deps, one.code), reader(ctx)) : goneView(ctx.t));

  async function hand(ctx: PersonCtx, one: Certificate): Promise<void> {
    const { code, issuedAt, id } = one;
    if (issuedAt === null) return;
    const back = { text: ctx.t('certificates:title'), data: data('certificate', id) };
    const caption = captionView(one, checkLink(deps, code), back, ctx);
    const paper = paperOf(deps, { ...one, issuedAt }, programme.defaultZone);
    await handPdf(ctx, [paper], `certificate-${code}.pdf`, caption);
  }

  const landing: Landing = {
    issued: hand,
    changed: async (ctx, id) => void (await open(ctx, await findOwn(db, id, ctx.person.id), send)),
  };

  const own = (name: string, go: (ctx: PersonCtx, one: Certificate) => Promise<unknown>): Route => ({
    on: 'press',
    name,
    needs: 'person',
    async do(ctx, id) {
      const one = await findOwn(db, idOf(id), ctx.person.id);
      await (one ? go(ctx, one) : show(ctx, goneView(ctx.t)));
    },
  });

  return {
    name: 'certificates',
    forms: [...nameForms(deps, { own: landing, organizers: organizers.landing }), ...organizers.forms],
    messages: { certificate_ready: ready, certificate_revoked: revoked },
    occasions: [latecomers(programme)],
    pages: verifyPages(deps),
    routes: [
      ...organizers.routes,
      ...verifyRoutes(deps),
      {
        on: 'press',
        name: 'my_certificates',
        needs: 'person',
        async do(ctx, page) {
          await show(ctx, mineView(pageOf(await certificatesOf(db, ctx.person.id), page), ctx));
        },
      },
      {
        on: 'press',
        name: 'certificate_of',
        needs: 'person',
        async do(ctx, eventId) {
          const [one] = await certificatesOf(db, ctx.person.id, idOf(eventId));
          await open(ctx, one);
        },
      },
      own('certificate', (ctx, one) => open(ctx, one)),
      own('certificate_name', (ctx, { id }) => ctx.fill('certificate_name', id)),
      own('certificate_pdf', (ctx, one) => (one.state === 'valid' ? hand(ctx, one) : open(ctx, one))),
    ],
  };
}
