import type { TextKey } from '../../bot/i18n.ts';
import type { PersonChat, State } from '../api.ts';
import type { Move } from '../clock.ts';

export type Key = Extract<TextKey, `playground:${string}`>;
/** A text of the page, in one language. */
export type T = (key: Key, values?: Record<string, string | number>) => string;

export class Refused extends Error {}

async function call(method: string, path: string, body?: unknown): Promise<Response> {
  const json = body === undefined || body instanceof FormData ? {} : { 'Content-Type': 'application/json' };
  const response = await fetch(`/api/${path}`, {
    method,
    headers: json,
    body: body === undefined ? null : body instanceof FormData ? body : JSON.stringify(body),
  });
  if (!response.ok) throw new Refused(`${method} ${path}: ${response.status}`);
  return response;
}

const get = async <T>(path: string): Promise<T> => (await call('GET', path)).json() as Promise<T>;

/** What the page asks of the playground; `language`: that of the page. */
export function createClient(language: string) {
  const lang = `lang=${encodeURIComponent(language)}`;
  const fetched = new Map<string, Promise<Record<string, string>>>();

  async function texts(of: string): Promise<T> {
    if (!fetched.has(of)) fetched.set(of, get(`texts/${of}`));
    const found = await fetched.get(of)!;
    return (key, values = {}) =>
      (found[key.slice('playground:'.length)] ?? key).replaceAll(/\{\{(\w+)\}\}/g, (_, name: string) =>
        String(values[name] ?? ''),
      );
  }

  return {
    texts,
    state: () => get<State>(`state?${lang}`),
    person: (id: number) => get<PersonChat>(`people/${id}?${lang}`),
    arrive: async (telegram: string) =>
      ((await (await call('POST', 'people', { language: telegram })).json()) as { id: number }).id,
    wake: (id: number) => call('POST', `people/${id}/wake`),
    start: (id: number, payload?: string) => call('POST', `people/${id}/start`, { payload }),
    write: (id: number, text: string) => call('POST', `people/${id}/messages`, { text }),
    press: (id: number, button: { message?: number; data?: string; text?: string }) =>
      call('POST', `people/${id}/presses`, button),
    vote: (id: number, message: number, options: number[]) => call('POST', `people/${id}/votes`, { message, options }),
    block: (id: number, blocked: boolean) => call('PUT', `people/${id}/blocked`, { blocked }),
    attach(id: number, file: File) {
      const form = new FormData();
      form.set('file', file);
      return call('POST', `people/${id}/files`, form);
    },
    moveClock: (move: Move) => call('POST', `clock?${lang}`, move),
    startOver: () => call('POST', 'start-over'),
    news: () => new EventSource(`/api/news?${lang}`),
  };
}

export type Client = ReturnType<typeof createClient>;
