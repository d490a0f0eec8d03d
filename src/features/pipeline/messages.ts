import { html, lines, type Html } from '../../bot/html.ts';
import type { T } from '../../bot/i18n.ts';
import { clip, data, grid, shorten, type View } from '../../bot/view.ts';
import { countryName } from '../../programme.ts';
import type { Reader } from '../events/messages.ts';
import { wording, type Event } from '../events/store.ts';
import { toManage } from '../organize/messages.ts';
import { ANY_COUNTRY } from '../organize/store.ts';
import type { Line, Stage } from './store.ts';

/** Blocks of the longest bar; seven columns of numbers. Both fit a phone of 360 px in Telegram's fixed-width letters. */
const BAR = 16;
const COLUMN = 4;

/**
 * The picture is text: it comes with the message on the weakest network, can be read aloud and copied, and its letters are
 * those of the reader's phone. Rejected: a PNG, which needs a renderer of SVG (a native library for each platform) and
 * fonts for ten languages in the image, and is unreadable small.
 */
export function pipelineView(
  event: Event,
  all: Line[],
  { stages, country }: { stages: Stage[]; country: string | null },
  reader: Reader,
): View {
  const { t, lang, programme } = reader;
  const shown = country === null ? all : all.filter((line) => line.country === country);
  const total = (stage: Stage) => shown.reduce((sum, line) => sum + line[stage], 0);
  const most = Math.max(1, ...stages.map(total));
  const named = all.flatMap(({ country }) => (country === null ? [] : [country]));
  return {
    text: lines(
      html`<b>${t('pipeline:title')}</b>`,
      html`${clip(wording(event, t).title, 200)}`,
      html`${country === null ? t('seats:all_countries') : countryName(programme, country, lang)}`,
      '',
      ...stages.map((stage, i) =>
        lines(
          html`${i + 1}. ${t(`pipeline:${stage}`)}: <b>${total(stage)}</b>`,
          html`<code>${bar(total(stage), most)}</code>`,
        ),
      ),
      country === null && all.length > 1 && ['', html`<pre>${table(all, stages, t)}</pre>`],
    ),
    buttons: [
      ...grid(
        named
          .filter((code) => code !== country && all.length > 1)
          .map((code) => ({
            text: shorten(`${code} · ${countryName(programme, code, lang)}`),
            data: data('pipeline', event.id, code),
          })),
        2,
      ),
      country === null ? [] : [{ text: t('seats:all_countries'), data: data('pipeline', event.id, ANY_COUNTRY) }],
      [toManage(t, event.id)],
    ],
  };
}

/** A bar that is empty only for none. */
function bar(n: number, most: number): string {
  const full = n === 0 ? 0 : Math.max(1, Math.round((BAR * n) / most));
  return '█'.repeat(full) + '░'.repeat(BAR - full);
}

/** A row a country, a column a stage, by its number. */
function table(all: Line[], stages: Stage[], t: T): Html {
  const row = (name: string, cells: (number | string)[]) =>
    name.padEnd(2) + cells.map((cell) => String(cell).padStart(COLUMN)).join('');
  return lines(
    row(
      '',
      stages.map((_, i) => i + 1),
    ),
    ...all.map((line) =>
      row(
        line.country ?? '?',
        stages.map((stage) => line[stage]),
      ),
    ),
    all.some(({ country }) => country === null) && `? ${t('organize:unknown')}`,
  );
}
