import { defineConfig } from 'vitest/config'

const long = 'test/**/*.long.test.ts'

export default defineConfig({
  test: {
    // vitest would leave one core idle: half of two
    maxWorkers: '100%',
    projects: [
      {
        test: {
          name: 'fast',
          include: ['test/**/*.test.ts'],
          exclude: ['test/stacks/**', 'test/journeys/**', 'test/conformance/**', long],
          testTimeout: 30_000,
          hookTimeout: 30_000,
        },
      },
      {
        test: {
          name: 'slow',
          include: ['test/stacks/**/*.test.ts', 'test/journeys/**/*.test.ts'],
          exclude: [long],
          testTimeout: 300_000,
          hookTimeout: 180_000,
        },
      },
      { test: { name: 'long', include: [long], testTimeout: 3_600_000, hookTimeout: 180_000 } },
    ],
  },
})
