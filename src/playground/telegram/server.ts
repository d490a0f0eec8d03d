import { serve } from '@hono/node-server';
import type { HttpBindings } from '@hono/node-server';
import { Hono } from 'hono';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Fault } from './faults.ts';
import { readBody } from './body.ts';
import type { Door } from './outage.ts';
import type { RawParameters } from './parameters.ts';
import { notFound, Refusal, unauthorized } from './refuse.ts';
import type { World } from './world.ts';

type Env = { Bindings: Partial<HttpBindings> };

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
  /** The connection is dropped instead of answering, or was never made. */
  cut?: boolean | 'refused';
}

/** Carries out one method and never throws; `index.ts` gives it. */
export type Call = (method: string, raw: RawParameters, signal: AbortSignal) => Promise<Answer>;

/** The Bot API over HTTP: `/bot<token>/<method>` and `/file/bot<token>/<path>`. */
export function createServer(world: World, call: Call) {
  const app = new Hono<Env>();

  app.all('/:bot{bot[^/]+}/:method{.+}', async (c) => {
    const refusal = wrongToken(world, c.req.param('bot'));
    if (refusal) return reply(refused(refusal));
    let raw: RawParameters;
    try {
      raw = await readBody(c.req.raw);
    } catch (error) {
      if (error instanceof Refusal) return reply(refused(error));
      throw error;
    }
    const answer = await call(c.req.param('method'), raw, c.req.raw.signal);
    if (!answer.cut) return reply(answer);
    c.env?.outgoing?.destroy();
    // In process there is no connection: the caller's fetch fails instead.
    throw new TypeError('fetch failed', { cause: answer.cut === 'refused' ? refusedConnection() : lostConnection() });
  });

  app.get('/file/:bot{bot[^/]+}/:path{.+}', (c) => {
    const refusal = wrongToken(world, c.req.param('bot'));
    if (refusal) return reply(refused(refusal));
    const file = [...world.files.values()].find(({ file_path }) => file_path === c.req.param('path'));
    if (!file) return reply(refused(notFound()));
    const bytes = file.bytes ?? new Uint8Array(file.file_size);
    return c.body(new Uint8Array(bytes), 200, { 'Content-Type': 'application/octet-stream' });
  });

  app.notFound(() => reply(refused(notFound())));
  app.onError((error) => {
    throw error;
  });
  return app;
}

const lostConnection = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' });
const refusedConnection = () => Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });

/** A token that can't be one gets a longer answer than a wrong one. */
function wrongToken(world: World, segment: string): Refusal | undefined {
  const token = segment.slice('bot'.length);
  if (token === world.token) return undefined;
  return unauthorized(/^[1-9]\d*:/.test(token) && token.length <= 80 ? '' : ': invalid token specified');
}

export const refused = ({ code, message, parameters }: Refusal): Answer => ({
  status: code,
  body: { ok: false, error_code: code, description: message, ...(parameters ? { parameters } : {}) },
  ...(parameters?.retry_after === undefined ? {} : { headers: { 'Retry-After': String(parameters.retry_after) } }),
});

function reply({ status, body, headers = {} }: Answer): Response {
  return typeof body === 'string'
    ? new Response(body, { status, headers: { ...headers, 'Content-Type': 'text/html' } })
    : Response.json(body, { status, headers });
}

export const faultPage = (status: NonNullable<Fault['status']>): Answer => ({
  status,
  body: `<html><head><title>${status}</title></head><body><center><h1>${status}</h1></center><hr><center>nginx</center></body></html>`,
});

/** Serves the app on 127.0.0.1; `close` ends open long polls too. An outage shuts the door and opens it again. */
export async function listen(
  app: ReturnType<typeof createServer>,
  port: number,
  doors: Set<Door>,
): Promise<{ url: string; close(): Promise<void> }> {
  const hostname = '127.0.0.1';
  const server = serve({ fetch: app.fetch, port, hostname }) as Server;
  // After Node's five seconds a call from a bot that is busy would often meet a connection that is just being closed.
  server.keepAliveTimeout = 60_000;
  await new Promise((resolve, reject) => {
    server.once('listening', resolve);
    server.once('error', reject);
  });
  const { port: actual } = server.address() as AddressInfo;
  const door: Door = {
    shut: () => void server.close(),
    open: () => void server.listen(actual, hostname),
    drop: () => server.closeAllConnections(),
  };
  doors.add(door);
  return {
    url: `http://${hostname}:${actual}`,
    close: () =>
      new Promise((resolve) => {
        doors.delete(door);
        server.close(() => resolve());
        door.drop();
      }),
  };
}
