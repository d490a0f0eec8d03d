import type { Upload } from './files.ts';
import type { RawParameters } from './parameters.ts';
import { badRequest } from './refuse.ts';

/** The parameters of a request: from the query, and from a JSON, urlencoded or multipart body. */
export async function readBody(request: Request): Promise<RawParameters> {
  const raw: RawParameters = new Map(new URL(request.url).searchParams);
  if (request.method !== 'POST') return raw;
  const type = request.headers.get('Content-Type') ?? '';
  if (type.startsWith('application/json')) {
    for (const [name, value] of Object.entries(await readJson(request))) {
      // Telegram turns each value into text first; so `text: 5` is the text "5", and null is not given.
      if (value === null || value === undefined) continue;
      raw.set(name, asText(value));
    }
  } else if (type.startsWith('multipart/form-data') || type.startsWith('application/x-www-form-urlencoded')) {
    for (const [name, value] of await request.formData()) {
      raw.set(name, typeof value === 'string' ? value : await upload(value));
    }
  }
  return raw;
}

/** How a parameter of any type travels: text as it is, the rest as JSON. */
export const asText = (value: unknown): string => (typeof value === 'string' ? value : JSON.stringify(value));

async function readJson(request: Request): Promise<Record<string, unknown>> {
  const text = await request.text();
  if (text.trim() === '') return {};
  try {
    const parsed: unknown = JSON.parse(text);
    if (parsed && typeof parsed === 'object' && !Array.isArray(parsed)) return { ...parsed };
  } catch {
    // Refused below like any body that is no object.
  }
  throw badRequest("can't parse JSON object");
}

async function upload(file: File): Promise<Upload> {
  return {
    file_name: file.name,
    mime_type: file.type || 'application/octet-stream',
    bytes: new Uint8Array(await file.arrayBuffer()),
  };
}
