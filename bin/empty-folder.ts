import { readdir } from 'node:fs/promises'
import { UsageError } from './command.ts'

/** What is there is never written over. Gives whether there is a folder, then empty. @throws UsageError */
export async function isEmptyFolder(dir: string): Promise<boolean> {
  const found = await readdir(dir).catch(ifNoFolder(dir))
  if (found?.length) throw new UsageError(`${dir} holds something already; name an empty folder with --to`)
  return found !== undefined
}

function ifNoFolder(dir: string) {
  return (error: NodeJS.ErrnoException): undefined => {
    if (error.code === 'ENOENT') return undefined
    throw error.code === 'ENOTDIR' ? new UsageError(`${dir} is no folder; name an empty one with --to`) : error
  }
}
