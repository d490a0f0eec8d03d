import { once } from 'node:events';
import { Worker } from 'node:worker_threads';

/** One certificate in words, ready to be set. */
export type Paper = {
  language: string;
  heading: string;
  programme: string;
  /** Between the heading and the name; some languages say all of it after the name. */
  lead: string;
  name: string;
  /** Between the name and the title. */
  took: string;
  title: string;
  /** What kind of event, when, where; sessions attended. A line each. */
  details: string[];
  partnersLabel: string;
  partners: string[];
  /** "Issued: 3 September 2026" */
  issued: string;
  checkLabel: string;
  /** Where to check it, in words, and the code in groups. */
  address: string;
  code: string;
  /** What the QR code opens. */
  link: string;
  /** ISO 8601. */
  issuedAt: string;
  /** Across the page: that this is none. */
  specimen: string | null;
};

/**
 * A PDF of these, a page each. It is made by a thread of its own: to start it and to open the fonts takes half a second, and
 * several times that on a busy machine, a page 10 ms; meanwhile this one goes on to answer. Nothing of it is kept: the rows say
 * what is certified, and the same rows make the same page.
 */
export async function pdfOf(papers: Paper[]): Promise<Buffer> {
  const worker = new Worker(new URL('worker.ts', import.meta.url), { workerData: papers });
  try {
    const [file] = (await once(worker, 'message')) as [Uint8Array];
    return Buffer.from(file.buffer, file.byteOffset, file.byteLength);
  } finally {
    await worker.terminate();
  }
}
