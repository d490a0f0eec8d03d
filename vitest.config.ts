import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    environment: 'node',
    pool: 'forks',
    // vitest leaves a core free by default; most of a test's time is PostgreSQL's.
    maxWorkers: '100%',
    include: ['test/**/*.test.ts'],
    exclude: ['test/browser/**', 'test/chaos/**'],
    globalSetup: ['test/support/global-setup.ts'],
    testTimeout: 20_000,
    hookTimeout: 20_000,
    // For what runs in its own time, on a machine that may be busy.
    expect: { poll: { timeout: 5000 } },
    reporters: ['default'],
  },
});
