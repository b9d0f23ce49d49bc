import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { lockState, StateInUse } from '../local/stack/state-lock.ts'

/** Two clerks may ask at once; a line is written in milliseconds. */
const mostWait = 10_000

/** Works on a desk's folder while no other process does. @throws StateInUse when another one keeps it. */
export async function atDesk<Result>(deskDir: string, work: () => Promise<Result>): Promise<Result> {
  const unlock = await lockPatiently(deskDir)
  try {
    return await work()
  } finally {
    await unlock()
  }
}

/** The same among those who reconcile; clerks go on meanwhile. */
export async function aloneReconciling<Result>(deskDir: string, work: () => Promise<Result>): Promise<Result> {
  return atDesk(join(deskDir, 'reconciling'), work)
}

async function lockPatiently(dir: string): Promise<() => Promise<void>> {
  await mkdir(dir, { recursive: true, mode: 0o700 })
  const deadline = Date.now() + mostWait
  for (;;) {
    try {
      return await lockState(dir)
    } catch (error) {
      if (!(error instanceof StateInUse) || Date.now() > deadline) throw error
      await sleep(20)
    }
  }
}
