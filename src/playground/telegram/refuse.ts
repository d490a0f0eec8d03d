import type { ResponseParameters } from '@grammyjs/types';

/** What Telegram answers when it refuses a call; the server turns it into `{ok: false, error_code, description}`. */
export class Refusal extends Error {
  readonly code: number;
  readonly parameters: ResponseParameters | undefined;

  constructor(code: number, description: string, parameters?: ResponseParameters) {
    super(description);
    this.name = 'Refusal';
    this.code = code;
    this.parameters = parameters;
  }
}

export const badRequest = (reason: string) => new Refusal(400, `Bad Request: ${reason}`);
export const forbidden = (reason: string) => new Refusal(403, `Forbidden: ${reason}`);
export const conflict = (reason: string) => new Refusal(409, `Conflict: ${reason}`);
export const unauthorized = (detail = '') => new Refusal(401, `Unauthorized${detail}`);
export const notFound = (detail = '') => new Refusal(404, `Not Found${detail}`);
export const tooManyRequests = (seconds: number) =>
  new Refusal(429, `Too Many Requests: retry after ${seconds}`, { retry_after: seconds });
