import { setTimeout as sleep } from 'node:timers/promises'
import { freeBytesOn } from '../lambdas/handover/pull/download-files.ts'
import type { Machine } from '../lambdas/handover/pull/pull.ts'

/** Time, chance and disk as they are. */
export const thisMachine: Machine = {
  clock: () => new Date(),
  random: Math.random,
  sleep: milliseconds => sleep(milliseconds),
  freeBytes: freeBytesOn,
}
