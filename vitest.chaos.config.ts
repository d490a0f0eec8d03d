import { defineConfig } from 'vitest/config';

const files = {
  environment: 'node',
  pool: 'forks',
  globalSetup: 'test/chaos/support/global-setup.ts',
  testTimeout: 480_000,
  hookTimeout: 60_000,
} as const;

/**
 * Apart from the other tests, because it takes minutes: processes are killed, stopped and cut off. Two files at a time, except
 * for what compares waiting times, which wants the machine for itself.
 */
export default defineConfig({
  test: {
    projects: [
      {
        test: {
          ...files,
          name: 'together',
          include: ['test/chaos/**/*.test.ts'],
          exclude: ['test/chaos/flood.test.ts'],
          maxWorkers: 2,
          sequence: { groupOrder: 0 },
        },
      },
      {
        test: {
          ...files,
          name: 'alone',
          include: ['test/chaos/flood.test.ts'],
          maxWorkers: 1,
          sequence: { groupOrder: 1 },
        },
      },
    ],
    reporters: ['verbose'],
  },
});
