import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export class StateInUse extends Error {
  override readonly name = 'StateInUse'
}

/**
 * Keeps a state folder for one process: a second one would damage its database. A process that was killed leaves its lock, and
 * the next one takes it over. Gives the release.
 * @throws StateInUse when a living process has the folder.
 */
export async function lockState(dir: string): Promise<() => Promise<void>> {
  const path = join(dir, 'lock')
  for (;;) {
    try {
      const file = await open(path, 'wx')
      await file.writeFile(String(process.pid))
      await file.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const holder = Number(await readFile(path, 'utf8').catch(() => '0'))
      if (holder && lives(holder))
        throw new StateInUse(`${dir} is in use by process ${holder}; stop it, or name another folder`)
      await rm(path, { force: true })
    }
  }
}

function lives(pid: number): boolean {
  try {
    process.kill(pid, 0)
    return true
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM'
  }
}
