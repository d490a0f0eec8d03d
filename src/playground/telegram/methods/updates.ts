import type { Handlers } from '../world.ts';

export const updates = {
  getMe: (world) => structuredClone(world.bot),
  getUpdates: (world, args, signal) => world.updates.get(args, signal),
  setWebhook: (world, args) => world.updates.setWebhook(args),
  deleteWebhook: (world, args) => world.updates.deleteWebhook(args),
  getWebhookInfo: (world) => world.updates.webhookInfo(),
} satisfies Handlers;
