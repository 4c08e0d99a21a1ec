import { defineConfig } from 'vitest/config';

const backingServices = './test-integration/harness/backing-services.ts';
const underLoad = 'test-integration/under-load.test.ts';
const elsewhere = ['**/node_modules/**', '**/dist/**'];

export default defineConfig({
  test: {
    // Most tests wait for Postgres, a process or a timer; with one worker less than there are cores, which is
    // usual, half of a machine of two was idle, and with three a quarter.
    maxWorkers: 5,
    // Files that share a worker share what they import: loading it anew for each took a third of the processor time.
    // So a test file leaves the process as it found it: timers, environment, loggers.
    isolate: false,
    projects: [
      {
        test: {
          name: 'unit',
          include: [
            '{packages,services,otel,cli,demo,checks,charts,bench}/**/*.test.ts',
            'test-integration/harness/**/*.test.ts',
          ],
          exclude: [...elsewhere, '**/*.db.test.ts', '**/*.helm.test.ts'],
          // Properties are bounded by their number of cases, not by a clock: a busy machine is no failure.
          testTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'db',
          include: ['{packages,services,otel,cli,bench}/**/*.db.test.ts'],
          exclude: elsewhere,
          globalSetup: [backingServices],
          testTimeout: 20_000,
          hookTimeout: 60_000,
        },
      },
      {
        test: {
          name: 'integration',
          include: ['test-integration/*.test.ts'],
          exclude: [...elsewhere, underLoad],
          globalSetup: [backingServices],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // Each file starts whole services and mostly waits for them: two at once leave none of the time unused, more
          // would measure the machine.
          maxWorkers: 2,
          sequence: { groupOrder: 1 },
        },
      },
      {
        test: {
          name: 'alone',
          include: [underLoad],
          globalSetup: [backingServices],
          testTimeout: 60_000,
          hookTimeout: 120_000,
          // It fills the machine by itself: beside it another file's services would be late.
          sequence: { groupOrder: 2 },
        },
      },
      // What the chart renders; needs Helm, so `make charts` runs it.
      { test: { name: 'charts', include: ['charts/**/*.helm.test.ts'], exclude: elsewhere } },
      {
        test: {
          name: 'soak',
          include: ['test-integration/soak/*.soak.ts'],
          exclude: elsewhere,
          globalSetup: [backingServices],
          // Above the longest honest run, and short enough that one that hangs does not eat the time of all.
          testTimeout: 10 * 60_000,
          hookTimeout: 120_000,
          fileParallelism: false,
        },
      },
    ],
  },
});
