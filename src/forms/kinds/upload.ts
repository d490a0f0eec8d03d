import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';
import { fileOf, type SentFile } from './file.ts';

/** A file that is sent, of any kind or a picture only. The answer is a SentFile: Telegram keeps the bytes. */
export function upload(t: T, only?: 'picture'): Kind {
  const isPicture = ({ kind, mimeType }: SentFile) => kind === 'photo' || (mimeType ?? '').startsWith('image/');
  return {
    read(message) {
      const value = fileOf(message);
      if (value && (only === undefined || isPicture(value))) return { kind: 'ok', value };
      return { kind: 'invalid', say: t(only ? 'forms:expect_picture' : 'forms:expect_upload') };
    },
    show(value) {
      const { fileName, kind } = value as SentFile;
      return fileName ?? t(`forms:file_${kind}`);
    },
  };
}
