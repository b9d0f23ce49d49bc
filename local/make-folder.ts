import { mkdir, stat } from 'node:fs/promises'
import { dirname } from 'node:path'

/**
 * The folder at `path` and those above it, where they are not there yet. Node's own way of it never ends where a folder is there
 * and takes no other, as /proc.
 */
export async function makeFolder(path: string): Promise<void> {
  try {
    await makeOne(path)
  } catch (error) {
    const parent = dirname(path)
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT' || parent === path) throw error
    await makeFolder(parent)
    await makeOne(path)
  }
}

async function makeOne(path: string) {
  await mkdir(path).catch(async error => {
    if (error.code !== 'EEXIST' || !(await stat(path)).isDirectory()) throw error
  })
}
