import { tmpdir } from 'node:os'

/** Where a Lambda may write. */
export const scratchDir = tmpdir()

/** So much plain JSON is parsed at once: with it, its table and its parts a child stays below its function's memory. */
export const chunkBytes = 64 * 1024 * 1024

/** Rows of one unit: sorted, they fit the function's memory and one file. */
export const unitRows = 4_000_000
