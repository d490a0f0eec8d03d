import type { Message, PhotoSize } from '@grammyjs/types';
import { storeFile } from './files.ts';
import type { FileKind, StoredFile } from './files.ts';
import { imageSize } from './images.ts';
import type { World } from './world.ts';

export interface MediaDetails {
  duration?: number;
  width?: number;
  height?: number;
  length?: number;
  title?: string;
  performer?: string;
  emoji?: string;
}

/** The part of a Message that shows a file, such as `{document: …}`. */
export function mediaContent(world: World, file: StoredFile, details: MediaDetails = {}): Partial<Message> {
  const { file_id, file_unique_id, file_size, file_name, mime_type } = file;
  const base = { file_id, file_unique_id, file_size };
  const named = { ...base, ...(file_name ? { file_name } : {}), ...(mime_type ? { mime_type } : {}) };
  const duration = details.duration ?? 0;
  const size = { width: details.width ?? 1280, height: details.height ?? 720 };
  switch (file.kind) {
    case 'photo':
      return { photo: photoSizes(world, file) };
    case 'document':
      return { document: named };
    case 'video':
      return { video: { ...named, ...size, duration } };
    case 'animation': {
      const animation = { ...named, ...size, duration };
      return { animation, document: named };
    }
    case 'audio': {
      const { title, performer } = details;
      return { audio: { ...named, duration, ...(title ? { title } : {}), ...(performer ? { performer } : {}) } };
    }
    case 'voice':
      return { voice: { ...base, ...(mime_type ? { mime_type } : {}), duration } };
    case 'video_note':
      return { video_note: { ...base, duration, length: details.length ?? 240 } };
    case 'sticker':
      return {
        sticker: {
          ...base,
          type: 'regular',
          width: 512,
          height: 512,
          is_animated: false,
          is_video: false,
          ...(details.emoji ? { emoji: details.emoji } : {}),
        },
      };
  }
}

/** From small to large, as Telegram gives them; each size is a file of its own, and any of them can be sent again. */
function photoSizes(world: World, file: StoredFile): PhotoSize[] {
  const { width, height } = (file.bytes && imageSize(file.bytes)) ?? { width: 1280, height: 720 };
  const scale = Math.min(1, 90 / Math.max(width, height));
  const thumbnail = thumbnailOf(world, file);
  return [
    {
      file_id: thumbnail.file_id,
      file_unique_id: thumbnail.file_unique_id,
      file_size: thumbnail.file_size,
      width: Math.max(1, Math.round(width * scale)),
      height: Math.max(1, Math.round(height * scale)),
    },
    { file_id: file.file_id, file_unique_id: file.file_unique_id, file_size: file.file_size, width, height },
  ];
}

const thumbnails = new WeakMap<StoredFile, StoredFile>();

/** The same picture under another id: nobody looks at emulated thumbnails, so nothing is scaled. */
function thumbnailOf(world: World, file: StoredFile): StoredFile {
  const known = thumbnails.get(file);
  if (known) return known;
  const made = storeFile(world, 'photo', file.bytes ? { bytes: file.bytes } : { size: Math.ceil(file.file_size / 10) });
  thumbnails.set(file, made);
  return made;
}

/** Messages of these kinds have a caption. */
export const captioned: readonly FileKind[] = ['photo', 'document', 'video', 'audio', 'voice', 'animation'];
