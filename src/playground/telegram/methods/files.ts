import { maxDownload } from '../files.ts';
import { badRequest } from '../refuse.ts';
import type { Handlers } from '../world.ts';

export const files = {
  getFile(world, { file_id }) {
    if (!file_id) throw badRequest('file_id not specified');
    const file = world.files.get(file_id);
    if (!file) throw badRequest('invalid file_id');
    const { file_unique_id, file_size, file_path } = file;
    if (file_size > maxDownload) throw badRequest('file is too big');
    return { file_id, file_unique_id, file_size, file_path };
  },

  getUserProfilePhotos(world, { user_id }) {
    if (!user_id || user_id < 0) throw badRequest('invalid user_id specified');
    if (!world.people.has(user_id)) throw badRequest('user not found');
    return { total_count: 0, photos: [] };
  },
} satisfies Handlers;
