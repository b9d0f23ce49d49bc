import { mkdtemp, rm } from 'node:fs/promises'
import { join } from 'node:path'

/** A folder of its own below `base` for as long as `use` takes: what a container is given again must be empty. */
export async function inScratch<Result>(
  base: string,
  name: string,
  use: (dir: string) => Promise<Result>,
): Promise<Result> {
  const dir = await mkdtemp(join(base, `${name}-`))
  try {
    return await use(dir)
  } finally {
    await rm(dir, { recursive: true, force: true })
  }
}
