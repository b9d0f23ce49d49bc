import { open, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'

export class StateInUse extends Error {
  override readonly name = 'StateInUse'
  readonly code = 'state-in-use'
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
      await file.writeFile(`${process.pid} ${(await beginningOf(process.pid)) ?? ''}`)
      await file.close()
      return () => rm(path, { force: true })
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error
      const [pid, beginning] = (await readFile(path, 'utf8').catch(() => '')).split(' ')
      const holder = Number(pid)
      if (holder && lives(holder) && (await isSame(holder, beginning)))
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

/** Numbers of processes come again, in a container at every start; where the system tells no more, the number has to do. */
async function isSame(pid: number, beginning: string | undefined): Promise<boolean> {
  const found = await beginningOf(pid)
  return !beginning || !found || beginning === found
}

/** The boot and the clock tick of it in which a process began (proc_pid_stat(5), field 22). */
async function beginningOf(pid: number): Promise<string | undefined> {
  try {
    const boot = await readFile('/proc/sys/kernel/random/boot_id', 'utf8')
    const stat = await readFile(`/proc/${pid}/stat`, 'utf8')
    // The second field is a name in brackets, which may hold spaces
    return `${boot.trim()}/${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`
  } catch {
    return undefined
  }
}
