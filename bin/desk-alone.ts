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

async function lockPatiently(dir: string): Promise<() => Promise<void>> {
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
