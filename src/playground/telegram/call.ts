import type { ResponseParameters } from '@grammyjs/types';
import type { createFaults } from './faults.ts';
import { methods } from './methods/index.ts';
import { decode } from './parameters.ts';
import type { RawParameters } from './parameters.ts';
import type { Outage } from './outage.ts';
import { setBlocked } from './people.ts';
import { notFound, Refusal } from './refuse.ts';
import { faultPage, refused } from './server.ts';
import type { Answer, Call } from './server.ts';
import type { Handler, Method, World } from './world.ts';

/** One call of the bot, as it came in and as it was answered. */
export interface LoggedCall {
  method: string;
  payload: Record<string, unknown>;
  /** By the emulated clock. */
  at: Temporal.Instant;
  ok: boolean;
  /** The caller never got the answer. */
  lost?: true;
  error?: { error_code: number; description: string; parameters?: ResponseParameters };
}

/** "All methods in the Bot API are case-insensitive." */
const names = new Map(Object.keys(methods).map((name) => [name.toLowerCase(), name as Method]));

/** Carries out methods: an outage and injected faults first, then the method itself. `log` gets each call as it comes. */
export function createCall(
  world: World,
  { faults, outage }: { faults: ReturnType<typeof createFaults>; outage: Outage },
  log: { asked(call: LoggedCall): void; answered(call: LoggedCall): void },
): Call {
  async function call(name: string, raw: RawParameters, signal: AbortSignal): Promise<Answer> {
    const logged: LoggedCall = { method: name, payload: Object.fromEntries(raw), at: world.now(), ok: false };
    log.asked(logged);
    const carriedOut = outage.isOn() ? undefined : await carryOut(name, raw, logged, signal);
    // An outage that began meanwhile swallows the answer.
    const answer = (await outage.meet(signal)) ?? carriedOut ?? { status: 0, body: '', cut: true };
    if (answer !== carriedOut || answer.cut) logged.lost = true;
    log.answered(logged);
    return answer;
  }

  async function carryOut(name: string, raw: RawParameters, logged: LoggedCall, signal: AbortSignal): Promise<Answer> {
    const chatId = raw.get('chat_id') === undefined ? undefined : Number(raw.get('chat_id'));
    const fault = faults.take(name, chatId);
    if (fault?.hang !== undefined) await pause(fault.hang, signal);
    await fault?.until;
    if (fault?.cut === 'before') return { status: 0, body: '', cut: true };
    if (fault?.status !== undefined) return faultPage(fault.status);
    const person = chatId === undefined ? undefined : world.people.get(chatId);
    // Later: the bot hears of it, but its call does not wait for what it does then.
    if (fault?.block && person && !person.blocked) world.updates.later(setBlocked(world, person, true));
    if (fault?.flood !== undefined && chatId !== undefined) world.floods.block(chatId, fault.flood);
    try {
      if (fault?.error_code !== undefined) {
        throw new Refusal(fault.error_code, fault.description ?? `Error ${fault.error_code}`, fault.parameters);
      }
      const result = await run(name, raw, logged, signal);
      logged.ok = true;
      return { status: 200, body: { ok: true, result }, cut: fault?.cut !== undefined && fault.cut !== false };
    } catch (error) {
      const refusal = error instanceof Refusal ? error : brokenEmulator(name, error);
      const { code: error_code, message: description, parameters } = refusal;
      logged.error = { error_code, description, ...(parameters ? { parameters } : {}) };
      return refused(refusal);
    }
  }

  async function run(name: string, raw: RawParameters, logged: LoggedCall, signal: AbortSignal): Promise<unknown> {
    const method = names.get(name.toLowerCase());
    if (!method) {
      process.emitWarning(`The emulated Telegram knows no method ${name}: add it to src/playground/telegram/methods`);
      throw notFound(': method not found');
    }
    logged.method = method;
    logged.payload = decode(raw);
    // One table of all methods has no common type; the names tie each handler to its arguments.
    const handler = methods[method] as Handler<Method>;
    return handler(world, logged.payload, signal);
  }

  return call;
}

function brokenEmulator(method: string, error: unknown): Refusal {
  const reason = error instanceof Error ? (error.stack ?? error.message) : String(error);
  process.emitWarning(`The emulated Telegram failed in ${method}: ${reason}`);
  return new Refusal(500, 'Internal Server Error');
}

function pause(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    const timer = setTimeout(done, ms);
    function done(): void {
      clearTimeout(timer);
      signal.removeEventListener('abort', done);
      resolve();
    }
    signal.addEventListener('abort', done);
  });
}
