import { defineConfig } from 'vitest/config';

/**
 * Apart from the other tests, because it takes minutes: processes are killed, stopped and cut off. One file after the
 * other, since each of them wants the machine for itself.
 */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    include: ['test/chaos/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    fileParallelism: false,
    testTimeout: 240_000,
    hookTimeout: 60_000,
    reporters: ['verbose'],
  },
});
