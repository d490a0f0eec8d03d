/** Like RequestInit, but takes what grammY hands to its `client.fetch`: a Node stream as body, another realm's signal. */
export type FetchInit = Omit<RequestInit, 'body' | 'signal'> & { body?: unknown; signal?: unknown };
export type FetchInput = Request | string | URL;

/** `fetch` without a network: the request goes to the app, and an aborted signal rejects as with a real one. */
export function fetchInProcess(
  app: (request: Request) => Response | Promise<Response>,
  input: FetchInput,
  init: FetchInit = {},
): Promise<Response> {
  if (input instanceof Request) return Promise.resolve(app(input));
  const { signal, ...rest } = init;
  const outer = signal as AbortSignal | undefined;
  const controller = new AbortController();
  const request = new Request(input, { ...rest, duplex: 'half', signal: controller.signal } as RequestInit);
  return new Promise((resolve, reject) => {
    const abort = () => {
      controller.abort();
      reject(new DOMException('This operation was aborted', 'AbortError'));
    };
    if (outer?.aborted) return abort();
    outer?.addEventListener('abort', abort, { once: true });
    Promise.resolve(app(request))
      .then(resolve, reject)
      .finally(() => outer?.removeEventListener('abort', abort));
  });
}
