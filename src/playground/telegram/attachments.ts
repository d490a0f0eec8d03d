import type { Message } from '@grammyjs/types';
import type { actionsIn, SendOptions } from './actions.ts';
import { ownContact } from './actions.ts';
import { storeFile } from './files.ts';
import type { FileKind, FileSource } from './files.ts';
import { format } from './markup/index.ts';
import { mediaContent } from './media.ts';
import type { MediaDetails } from './media.ts';
import type { Person, World } from './world.ts';

export type AttachmentOptions = FileSource & MediaDetails & SendOptions & { caption?: string; media_group_id?: string };

/** Files and the like that a person sends. `size` stands in for bytes that nobody reads. */
export function attachmentsOf(world: World, person: Person, say: ReturnType<typeof actionsIn>['say']) {
  async function send(kind: FileKind, given: AttachmentOptions): Promise<Message> {
    const { caption, media_group_id, entities, reply_to, ...source } = given;
    const formatted = format(caption ?? '', undefined, entities);
    const content = mediaContent(world, storeFile(world, kind, source), source);
    return say(
      {
        ...content,
        ...(formatted.text ? { caption: formatted.text } : {}),
        ...(formatted.entities.length > 0 ? { caption_entities: formatted.entities } : {}),
        ...(media_group_id ? { media_group_id } : {}),
      },
      reply_to === undefined ? {} : { reply_to },
    );
  }

  return {
    sendDocument: (file: AttachmentOptions) => send('document', { size: 1024, ...file }),
    sendPhoto: (file: AttachmentOptions = {}) => send('photo', { size: 50_000, ...file }),
    sendVideo: (file: AttachmentOptions = {}) => send('video', { size: 500_000, ...file }),
    sendAudio: (file: AttachmentOptions = {}) => send('audio', { size: 200_000, ...file }),
    sendVoice: (file: AttachmentOptions = {}) => send('voice', { size: 20_000, ...file }),
    sendAnimation: (file: AttachmentOptions = {}) => send('animation', { size: 100_000, ...file }),
    sendVideoNote: (file: AttachmentOptions = {}) => send('video_note', { size: 100_000, ...file }),
    sendSticker: (file: AttachmentOptions = {}) => send('sticker', { size: 20_000, emoji: '👍', ...file }),
    /** Their own contact, or the one given. */
    sendContact: (contact: NonNullable<Message['contact']> = ownContact(person)) => say({ contact }),
    sendLocation: (latitude: number, longitude: number) => say({ location: { latitude, longitude } }),
  };
}
