import { defineConfig } from 'vitest/config';

/** Apart from the other tests, because it needs a Chromium: `npm test` does not. */
export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    include: ['test/browser/**/*.test.ts'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 40_000,
    hookTimeout: 40_000,
  },
});
