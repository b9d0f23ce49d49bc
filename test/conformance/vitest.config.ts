import { defineConfig } from 'vitest/config'

/** Readers that others wrote, against the embedded stack. They need Python and its package index, so `npm test` leaves them out. */
export default defineConfig({
  test: {
    include: ['test/conformance/**/*.test.ts'],
    testTimeout: 180_000,
    hookTimeout: 600_000,
  },
})
