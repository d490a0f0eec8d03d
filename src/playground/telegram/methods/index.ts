import type { Handlers } from '../world.ts';
import { callbacks } from './callbacks.ts';
import { chats } from './chats.ts';
import { copying } from './copy.ts';
import { deletion } from './delete.ts';
import { edit } from './edit.ts';
import { files } from './files.ts';
import { media } from './media.ts';
import { messages } from './messages.ts';
import { polls } from './polls.ts';
import { profile } from './profile.ts';
import { updates } from './updates.ts';

/** All methods that the emulator knows; any other is answered 404. */
export const methods: Handlers = {
  ...updates,
  ...messages,
  ...media,
  ...polls,
  ...edit,
  ...deletion,
  ...copying,
  ...callbacks,
  ...profile,
  ...chats,
  ...files,
};
