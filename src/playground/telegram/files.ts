import { imageSize } from './images.ts';
import { badRequest, Refusal } from './refuse.ts';
import type { World } from './world.ts';

/** A file as it arrives in a multipart request. */
export interface Upload {
  readonly file_name: string;
  readonly mime_type: string;
  readonly bytes: Uint8Array;
}

export type FileKind = 'photo' | 'document' | 'video' | 'audio' | 'voice' | 'animation' | 'video_note' | 'sticker';

export interface StoredFile {
  file_id: string;
  file_unique_id: string;
  kind: FileKind;
  file_name?: string;
  mime_type?: string;
  file_size: number;
  file_path: string;
  /** Absent when only a size was given: then it is downloaded as that many zero bytes. */
  bytes?: Uint8Array;
}

/** What a file is made of when a person sends it or a bot uploads it. `size` in bytes stands in for bytes of no interest. */
export interface FileSource {
  file_name?: string;
  mime_type?: string;
  bytes?: Uint8Array;
  size?: number;
}

/** TDLib's names, which Telegram uses in its refusals. */
const kindNames: Record<FileKind, string> = {
  photo: 'Photo',
  document: 'Document',
  video: 'Video',
  audio: 'Audio',
  voice: 'VoiceNote',
  animation: 'Animation',
  video_note: 'VideoNote',
  sticker: 'Sticker',
};
const folders: Record<FileKind, string> = {
  photo: 'photos',
  document: 'documents',
  video: 'videos',
  audio: 'music',
  voice: 'voice',
  animation: 'animations',
  video_note: 'video_notes',
  sticker: 'stickers',
};
const defaultTypes: Partial<Record<FileKind, string>> = {
  photo: 'image/jpeg',
  video: 'video/mp4',
  audio: 'audio/mpeg',
  voice: 'audio/ogg',
  animation: 'video/mp4',
  video_note: 'video/mp4',
  sticker: 'image/webp',
};
const types: Record<string, string> = {
  csv: 'text/csv',
  docx: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document',
  html: 'text/html',
  ics: 'text/calendar',
  jpg: 'image/jpeg',
  json: 'application/json',
  mp3: 'audio/mpeg',
  mp4: 'video/mp4',
  pdf: 'application/pdf',
  png: 'image/png',
  pptx: 'application/vnd.openxmlformats-officedocument.presentationml.presentation',
  txt: 'text/plain',
  xlsx: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
  zip: 'application/zip',
};

const megabyte = 1024 * 1024;
export const maxUpload = 50 * megabyte;
export const maxPhoto = 10 * megabyte;
export const maxDownload = 20 * megabyte;

/** Makes the file known; `file_id` is a fresh one unless given. */
export function storeFile(world: World, kind: FileKind, source: FileSource & { file_id?: string }): StoredFile {
  const number = world.next('file');
  const extension =
    /\.([A-Za-z0-9]{1,8})$/.exec(source.file_name ?? '')?.[1]?.toLowerCase() ?? (kind === 'photo' ? 'jpg' : '');
  const mime_type = source.mime_type ?? types[extension] ?? defaultTypes[kind] ?? 'application/octet-stream';
  const file: StoredFile = {
    // Long and opaque like the real ones: a program that shortens or parses it should fail here, too.
    file_id:
      source.file_id ??
      `BQACAgIAAxkBAAIB${Buffer.from(`${kind}:${number}:of:an:emulated:telegram`).toString('base64url')}NgQ`,
    file_unique_id: `AgAD${Buffer.from(`${kind}${number}`).toString('base64url')}`,
    kind,
    file_size: source.bytes?.length ?? source.size ?? 0,
    file_path: `${folders[kind]}/file_${number}${extension ? `.${extension}` : ''}`,
    mime_type,
    ...(source.file_name === undefined ? {} : { file_name: source.file_name }),
    ...(source.bytes === undefined ? {} : { bytes: source.bytes }),
  };
  world.files.set(file.file_id, file);
  return file;
}

/** The file that a sending method names: an upload, or the file_id of a file of the same kind. */
export function fileFor(world: World, kind: FileKind, given: Upload | string | undefined): StoredFile {
  if (given === undefined || given === '' || (typeof given === 'string' && given.startsWith('attach://'))) {
    throw badRequest(`there is no ${kind.replace('_', ' ')} in the request`);
  }
  if (typeof given !== 'string') return storeUpload(world, kind, given);
  const file = world.files.get(given);
  if (!file) {
    // An address has a dot, a file_id none. The emulator never goes to the network.
    throw badRequest(
      given.includes('.') ? 'failed to get HTTP URL content' : 'wrong file identifier/HTTP URL specified',
    );
  }
  if (file.kind !== kind) throw badRequest(`can't use file of type ${kindNames[file.kind]} as ${kindNames[kind]}`);
  return file;
}

function storeUpload(world: World, kind: FileKind, { file_name, bytes }: Upload): StoredFile {
  if (bytes.length > maxUpload) throw new Refusal(413, 'Request Entity Too Large');
  if (bytes.length === 0) throw badRequest('file must be non-empty');
  if (kind === 'photo') checkPhoto(bytes);
  // The type that the request gives for its part is ignored: Telegram goes by the name's ending.
  return storeFile(world, kind, { file_name, bytes });
}

function checkPhoto(bytes: Uint8Array): void {
  if (bytes.length > maxPhoto) {
    throw badRequest(
      `file of size ${bytes.length} bytes is too big for a photo; the maximum size is ${maxPhoto} bytes`,
    );
  }
  const size = imageSize(bytes);
  if (!size) throw badRequest('IMAGE_PROCESS_FAILED');
  const { width, height } = size;
  if (width + height > 10_000 || Math.max(width, height) > 20 * Math.min(width, height)) {
    throw badRequest('PHOTO_INVALID_DIMENSIONS');
  }
}
