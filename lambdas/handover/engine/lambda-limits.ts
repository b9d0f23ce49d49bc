import { tmpdir } from 'node:os'

/** Where a Lambda may write. */
export const scratchDir = tmpdir()

/** So much plain JSON is parsed at once: with it, its table and its parts a child stays below its function's memory. */
export const chunkBytes = 96 * 1024 * 1024

/**
 * Rows of one unit of several wards or agencies: these take 814 MiB, and no final file comes near its largest size
 * (bench/full-unit.ts).
 */
export const unitRows = 1_000_000

/** Rows of one ward or agency, which is never cut: these take 1,138 MiB of a child's 1,769. */
export const placeRows = 2_000_000

/** Of the engine's own buffers; what it spills beyond them is less than the process takes besides. */
export const engineMemory = '400MB'
