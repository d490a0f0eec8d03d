import { and, asc, eq, exists, inArray, isNotNull, isNull, ne, sql } from 'drizzle-orm';
import { GrammyError } from 'grammy';
import type { Deps, Person, PersonCtx } from '../bot/context.ts';
import { html, lines } from '../bot/html.ts';
import { formatNumber } from '../bot/format/quantities.ts';
import type { Route } from '../bot/routes.ts';
import { apart, data, idOf, menu, send, shorten, type View } from '../bot/view.ts';
import type { Tx } from '../db/connect.ts';
import { instantToSql } from '../db/instant.ts';
import { message } from '../db/schema.ts';
import type { Claimed } from './claims.ts';
import {
  OUTDATED,
  outgoing,
  type Message,
  type MessageKind,
  type Messages,
  type Recipient,
  type Result,
} from './messages.ts';
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
      // Waits for who withdraws it while this holds nothing yet that they may want.
      const mine = and(eq(message.id, one.id), eq(message.state, 'claimed'), eq(message.fence, one.fence));
      const held = await tx.select({ id: message.id }).from(message).where(mine).for('update');
      // Its claim was lost to a pause or an erasure: nothing is to be sent.
      if (held.length === 0) return true;
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
      const parts = [...held, ...beside].map(({ id }) => id);
      await tx
        .update(message)
        .set({ digestId: digest!.id, state: 'queued', worker: null, leaseUntil: null })
        .where(inArray(message.id, parts));
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
        else await withdraw(digest, part, title.drop);
      }
      const [only] = named;
      if (!only) return { drop: 'nothing in it is true any more' };
      if (named.length > 1) return outgoing(digestView(named, to));
      // Alone it needs no list, and the digest's message is its own.
      await db
        .update(message)
        .set({ data: { alone: only.part.id } })
        .where(still(digest));
      return kinds[only.part.kind]!.render(only.part, to);
    },
    async sent(tx, digest, result) {
      const [alone] = await tx
        .select()
        .from(message)
        .where(and(eq(message.digestId, digest.id), sql`${message.id} = (${dataOf(digest.id)} ->> 'alone')::bigint`));
      if (alone) await keep(tx, alone, result, clock.now());
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

  /** Only as long as this worker holds the digest: another one may be sending it, with this part. */
  async function withdraw(digest: Message, part: Message, reason: string): Promise<void> {
    const held = exists(db.select({ id: message.id }).from(message).where(still(digest)));
    await db
      .update(message)
      .set({ state: 'cancelled', error: reason })
      .where(and(eq(message.id, part.id), eq(message.state, 'queued'), held));
  }

  /** A part of one's own digest, shown as if it had come by itself. Again: a pointer to where it stands in the chat. */
  async function open(ctx: PersonCtx, id: number): Promise<void> {
    const [found] = await db.select().from(message).where(openable(id, ctx.person));
    if (typeof found?.telegramMessageId === 'number' && (await pointTo(ctx, found.telegramMessageId))) return;
    // Before its text is looked at: whoever changes or withdraws that later marks the part again.
    const [part] = await db
      .update(message)
      .set({ telegramMessageId: null, data: sql`${message.data} - ${OUTDATED}::text` })
      .where(openable(id, ctx.person))
      .returning();
    const as = part && kinds[part.kind];
    if (!as) return gone(ctx);
    // It has arrived, whatever Telegram's answer was.
    const arrived = { ...part, state: 'sent' as const };
    const ready = await render(deps, as, { message: arrived, person: ctx.person }, ctx.chat!.id);
    if (ready.kind === 'drop') return gone(ctx);
    const { method, payload } = ready.outgoing;
    const call = api.raw[method] as (payload: object) => Promise<Result>;
    const result = await call({ chat_id: ready.chat, ...payload });
    const kept = await db.transaction((tx) => keep(tx, part, result, clock.now()));
    if (kept && OUTDATED in kept.data) await as.afterRound?.([kept]);
  }

  /** From now on it has a message of its own, which can be edited and recalled. Null: its person was erased meanwhile. */
  async function keep(tx: Tx, part: Message, result: Result, now: Temporal.Instant): Promise<Message | null> {
    const unsettled = sql`${message.state} in ('queued', 'unknown')`;
    const [kept] = await tx
      .update(message)
      .set({
        telegramMessageId: result.message_id ?? null,
        state: sql`case when ${unsettled} then 'sent' else ${message.state} end`,
        sentAt: sql`case when ${unsettled} then ${instantToSql(now)}::timestamptz else ${message.sentAt} end`,
      })
      .where(and(eq(message.id, part.id), eq(message.personId, part.personId!)))
      .returning();
    if (!kept) return null;
    await kinds[part.kind]!.sent?.(tx, part, result);
    return kept;
  }

  const route: Route = { on: 'press', name: 'held', needs: 'person', do: (ctx, id) => open(ctx, idOf(id)) };
  return { kinds: { ...kinds, digest: kind }, route, merge };
}

/** `queued` and `unknown`: the digest has arrived all the same, or nobody could have pressed its button. */
const openable = (id: number, { id: personId }: Person) =>
  and(
    eq(message.id, id),
    eq(message.personId, personId),
    isNotNull(message.digestId),
    inArray(message.state, ['queued', 'sent', 'unknown']),
  );

/** The digest as it was claimed. */
const still = ({ id, fence }: Message) =>
  and(eq(message.id, id), eq(message.state, 'claimed'), eq(message.fence, fence));

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
