import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** The disk has no room for what a step writes. */
export class ScratchFull extends Error {
  override readonly name = 'scratch-full'
  readonly code = 'scratch-full'
}

/**
 * A folder of its own below `base` for as long as `use` takes: what a container is given again must be empty.
 * @throws ScratchFull
 */
export async function inScratch<Result>(
  base: string,
  name: string,
  use: (dir: string) => Promise<Result>,
): Promise<Result> {
  let dir: string | undefined
  try {
    dir = await mkdtemp(join(base, `${name}-`))
    return await use(dir)
  } catch (error) {
    throw saysFull(error) ? new ScratchFull(`${name}: no room is left in ${base}`, { cause: error }) : error
  } finally {
    if (dir) await rm(dir, { recursive: true, force: true })
  }
}

const fullCodes = ['ENOSPC', 'EFBIG', 'EDQUOT']

/** DuckDB has no code, and says it in words: the system's, or its own where it may spill no more. */
const fullWords = /No space left on device|File too large|max_temp_directory_size/

function saysFull(error: unknown): boolean {
  const { code = '', message = '' } = error as NodeJS.ErrnoException
  return fullCodes.includes(code) || fullWords.test(message)
}
