import { and, asc, eq, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import { GrammyError } from 'grammy';
import type { Deps, Person, PersonCtx } from '../bot/context.ts';
import { html, lines } from '../bot/html.ts';
import { formatNumber } from '../bot/format/quantities.ts';
import type { Route } from '../bot/routes.ts';
import { apart, data, idOf, menu, send, shorten, type View } from '../bot/view.ts';
import { instantToSql } from '../db/instant.ts';
import { message } from '../db/schema.ts';
import type { Claimed } from './claims.ts';
import { outgoing, type Message, type MessageKind, type Messages, type Recipient, type Result } from './messages.ts';
import { hindrance, render } from './prepare.ts';

export type Digest = {
  /** All kinds of messages, with that of the digest. */
  kinds: Messages;
  /** Its buttons. */
  route: Route;
  /** True: the message has become a part of a digest, together with what waited beside it. */
  merge(claimed: Claimed): Promise<boolean>;
};

/** Buttons of one digest: more than a budget of some days. What is beyond them waits for the next. */
const MOST = 20;

/**
 * What quiet hours and the budget of the day held back arrives as one message, which names each and has a button for it.
 * Its parts stay messages of their own (`digest_id`), so that each can still be withdrawn or edited, and they count in
 * their announcements' reports; their fate is the digest's (claims.ts).
 *
 * Rejected: all the texts in one message. Two long ones do not fit (4096 characters), photos and keyboards do not add up,
 * and nothing of it could be recalled.
 */
export function createDigest(deps: Deps, kinds: Messages): Digest {
  const { db, clock, api } = deps;
  const titled = Object.keys(kinds).filter((kind) => kinds[kind]!.title);

  async function merge({ message: one, person }: Claimed): Promise<boolean> {
    const now = clock.now();
    return db.transaction(async (tx) => {
      const beside = await tx
        .select({ id: message.id })
        .from(message)
        .where(
          and(
            eq(message.personId, person.id),
            eq(message.state, 'queued'),
            eq(message.held, true),
            isNull(message.digestId),
            inArray(message.kind, titled),
            ne(message.id, one.id),
            sql`${message.dueAt} <= ${instantToSql(now)}::timestamptz`,
          ),
        )
        .orderBy(asc(message.id))
        .limit(MOST - 1)
        .for('update', { skipLocked: true });
      if (beside.length === 0) return false;
      const owed = { personId: person.id, kind: 'digest', key: `digest:${one.id}:${one.fence}`, data: {}, bulk: true };
      const [digest] = await tx
        .insert(message)
        .values({ ...owed, dueAt: now, createdAt: now })
        .returning({ id: message.id });
      // Its claim may have been lost meanwhile, to a pause or an erasure: then it is no part any more.
      await tx.execute(sql`
        update message set digest_id = ${digest!.id}, state = 'queued', worker = null, lease_until = null
        where (id = ${one.id} and state = 'claimed' and fence = ${one.fence})
          or (id = any(${sql.param(beside.map(({ id }) => id))}::bigint[]))`);
      return true;
    });
  }

  const kind: MessageKind = {
    async render(digest, to) {
      const parts = await db
        .select()
        .from(message)
        .where(and(eq(message.digestId, digest.id), eq(message.state, 'queued')))
        .orderBy(asc(message.id));
      const named: Named[] = [];
      for (const part of parts) {
        const title = await titleOf(part, to);
        if (typeof title === 'string') named.push({ part, title });
        else await withdraw(part, title.drop);
      }
      const [only] = named;
      if (!only) return { drop: 'nothing in it is true any more' };
      if (named.length > 1) return outgoing(digestView(named, to));
      // Alone it needs no list, and the digest's message is its own.
      await db
        .update(message)
        .set({ data: { alone: only.part.id } })
        .where(eq(message.id, digest.id));
      return kinds[only.part.kind]!.render(only.part, to);
    },
    async sent(tx, digest, result) {
      const [alone] = await tx
        .select()
        .from(message)
        .where(and(eq(message.digestId, digest.id), sql`${message.id} = (${dataOf(digest.id)} ->> 'alone')::bigint`));
      if (alone) await keep(tx, alone, result);
    },
    async afterRound(digests) {
      const ids = digests.map(({ id }) => id);
      const parts = await db.select().from(message).where(inArray(message.digestId, ids));
      for (const [name, some] of Map.groupBy(parts, (part) => part.kind)) await kinds[name]?.afterRound?.(some);
    },
  };

  async function titleOf(part: Message, to: Recipient): Promise<string | { drop: string }> {
    const as = kinds[part.kind];
    const against = as ? hindrance(as, { message: part, person: to.person }, to.now) : null;
    if (against !== null) return { drop: against };
    return (await as?.title?.(part, to)) ?? { drop: 'no longer true' };
  }

  async function withdraw(part: Message, reason: string): Promise<void> {
    await db
      .update(message)
      .set({ state: 'cancelled', error: reason })
      .where(and(eq(message.id, part.id), eq(message.state, 'queued')));
  }

  /** A part of one's own digest, shown as if it had come by itself. Again: a pointer to where it stands in the chat. */
  async function open(ctx: PersonCtx, id: number): Promise<void> {
    const part = await findPart(id, ctx.person);
    const as = part && kinds[part.kind];
    if (!as) return gone(ctx);
    if (part.telegramMessageId !== null && (await pointTo(ctx, part.telegramMessageId))) return;
    const ready = await render(deps, as, { message: part, person: ctx.person }, ctx.chat!.id);
    if (ready.kind === 'drop') return gone(ctx);
    const { method, payload } = ready.outgoing;
    const call = api.raw[method] as (payload: object) => Promise<Result>;
    const result = await call({ chat_id: ready.chat, ...payload });
    await db.transaction((tx) => keep(tx, part, result));
  }

  /** From now on it has a message of its own, which can be edited and recalled. */
  async function keep(
    tx: Parameters<NonNullable<MessageKind['sent']>>[0],
    part: Message,
    result: Result,
  ): Promise<void> {
    await tx
      .update(message)
      .set({ telegramMessageId: result.message_id ?? null })
      .where(eq(message.id, part.id));
    await kinds[part.kind]!.sent?.(tx, part, result);
  }

  async function findPart(id: number, person: Person): Promise<Message | null> {
    const [found] = await db
      .select()
      .from(message)
      .where(
        and(
          eq(message.id, id),
          eq(message.personId, person.id),
          isNotNull(message.digestId),
          // `unknown`: the digest has arrived, or nobody could have pressed its button.
          inArray(message.state, ['queued', 'sent', 'unknown']),
        ),
      );
    return found ?? null;
  }

  const route: Route = { on: 'press', name: 'held', needs: 'person', do: (ctx, id) => open(ctx, idOf(id)) };
  return { kinds: { ...kinds, digest: kind }, route, merge };
}

/** As it is now: the sender still holds it as it was claimed. */
const dataOf = (id: number) => sql`(select data from message as digest where digest.id = ${id})`;

type Named = { part: Message; title: string };

function digestView(named: Named[], { t, lang }: Recipient): View {
  return {
    text: lines(
      html`<b>${t('digest:title', { number: formatNumber(lang, named.length) })}</b>`,
      '',
      ...named.map(({ title }, i) => html`${i + 1}. ${title}`),
      '',
      html`${t('digest:explained')}`,
    ),
    buttons: named.map(({ part, title }, i) => [
      { text: shorten(`${i + 1}. ${title}`), data: apart(data('held', part.id)) },
    ]),
  };
}

async function gone(ctx: PersonCtx): Promise<void> {
  await send(ctx, { text: html`${ctx.t('digest:gone')}`, buttons: [[menu(ctx.t)]] });
}

/** False: it is not in the chat any more. */
async function pointTo(ctx: PersonCtx, messageId: number): Promise<boolean> {
  try {
    await ctx.reply(ctx.t('digest:above'), { reply_parameters: { message_id: messageId } });
    return true;
  } catch (error) {
    if (error instanceof GrammyError && error.error_code === 400) return false;
    throw error;
  }
}
