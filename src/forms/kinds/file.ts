import type { Message } from 'grammy/types';
import type { T } from '../../bot/i18n.ts';
import type { Kind } from '../form.ts';
import { readLink } from './link.ts';

/** A file as Telegram keeps it: its file_id sends it on, without the bytes and without a limit of size (Bot API, "Sending files"). */
export type SentFile = {
  kind: 'document' | 'photo' | 'video' | 'audio';
  fileId: string;
  fileUniqueId: string;
  fileName: string | null;
  /** Bytes. */
  fileSize: number | null;
  mimeType: string | null;
  caption: string | null;
};
export type Attachment = SentFile | { kind: 'link'; url: string };

/** A file that is sent, or the address of a web page that is written. The answer is an Attachment. */
export function file(t: T): Kind {
  return {
    read(message) {
      const value = fileOf(message) ?? linkOf(message);
      return value ? { kind: 'ok', value } : { kind: 'invalid', say: t('forms:expect_file') };
    },
    show(value) {
      const attachment = value as Attachment;
      if (attachment.kind === 'link') return attachment.url;
      return attachment.fileName ?? t(`forms:file_${attachment.kind}`);
    },
  };
}

/** Null: no file, or one that can't be sent on as a material (voice messages, stickers, GIFs). */
export function fileOf({ animation, document, photo, video, audio, ...message }: Message): SentFile | null {
  const caption = message.caption ?? null;
  // A GIF has a `document` as well, for old bots, but Telegram refuses to send it as one.
  if (animation) return null;
  if (document) return { kind: 'document', ...detailsOf(document), caption };
  if (video) return { kind: 'video', ...detailsOf(video), caption };
  if (audio) return { kind: 'audio', ...detailsOf(audio), caption };
  // The sizes of a picture, the largest last.
  const picture = photo?.at(-1);
  return picture ? { kind: 'photo', ...detailsOf(picture), caption } : null;
}

type TelegramFile = {
  file_id: string;
  file_unique_id: string;
  file_name?: string;
  file_size?: number;
  mime_type?: string;
};

const detailsOf = (given: TelegramFile) => ({
  fileId: given.file_id,
  fileUniqueId: given.file_unique_id,
  fileName: given.file_name ?? null,
  fileSize: given.file_size ?? null,
  mimeType: given.mime_type ?? null,
});

function linkOf({ text = '' }: Message): Attachment | null {
  const url = readLink(text);
  return url === null ? null : { kind: 'link', url };
}
