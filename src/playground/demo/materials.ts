import type { material } from '../../db/schema.ts';

type Row = typeof material.$inferInsert;

export type DemoMaterial = Pick<
  Row,
  'kind' | 'title' | 'language' | 'phase' | 'url' | 'fileId' | 'fileName' | 'fileSize'
> & {
  /** The key of its event; without one it is in the public library. */
  of?: string;
};

const link = (title: string, language: string, url: string): DemoMaterial => ({
  kind: 'link',
  title,
  language,
  url,
  phase: 'before',
});

const pdf = (
  title: string,
  language: string,
  fileSize: number,
  of?: string,
  phase: Row['phase'] = 'before',
): DemoMaterial => ({
  kind: 'document',
  title,
  language,
  phase,
  fileName: `${title.replaceAll(/[^\p{L}\d]+/gu, ' ')}.pdf`,
  fileSize,
  fileId: `demo-${language}-${fileSize}`,
  ...(of !== undefined && { of }),
});

/** Sizes in bytes. */
export const MATERIALS: DemoMaterial[] = [
  pdf('Analytical study: digital public services in seven countries', 'en', 2_516_582),
  pdf('Аналитическое исследование: цифровые государственные услуги в семи странах', 'ru', 2_791_728),
  link('UNDP in Kazakhstan', 'en', 'https://www.undp.org/kazakhstan'),
  link('Astana Civil Service Hub', 'en', 'https://www.astanacivilservicehub.org'),
  pdf('Programme of the study visit', 'en', 412_160, 'platform'),
  pdf('Digital Government Platform: slides', 'en', 1_384_448, 'platform', 'during'),
  pdf('Платформа цифрового правительства: презентация', 'ru', 1_451_008, 'platform', 'after'),
  pdf('Workshop agenda', 'en', 196_608, 'workshop'),
  pdf('Повестка дня воркшопа', 'ru', 204_800, 'workshop'),
];

/** A PDF of one page, filled up to `size` bytes: what a viewer opens when somebody downloads a material of the demo. */
export function demoPdf(size: number): Uint8Array {
  const text = 'BT /F1 24 Tf 72 720 Td (Bilim: a document of the demo) Tj ET';
  const objects = [
    '<< /Type /Catalog /Pages 2 0 R >>',
    '<< /Type /Pages /Kids [3 0 R] /Count 1 >>',
    '<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents 4 0 R /Resources << /Font << /F1 5 0 R >> >> >>',
    `<< /Length ${text.length} >>\nstream\n${text}\nendstream`,
    '<< /Type /Font /Subtype /Type1 /BaseFont /Helvetica >>',
  ];
  let body = '%PDF-1.4\n';
  const offsets = objects.map((object, i) => {
    const offset = body.length;
    body += `${i + 1} 0 obj\n${object}\nendobj\n`;
    return offset;
  });
  const entries = offsets.map((offset) => `${String(offset).padStart(10, '0')} 00000 n \n`).join('');
  const tail = (start: number) =>
    `xref\n0 ${objects.length + 1}\n0000000000 65535 f \n${entries}trailer\n<< /Size ${objects.length + 1} /Root 1 0 R >>\nstartxref\n${start}\n%%EOF\n`;
  const filling = Math.max(2, size - body.length - tail(size).length);
  const filled = `${body}%${' '.repeat(filling - 2)}\n`;
  return new TextEncoder().encode(filled + tail(filled.length));
}
