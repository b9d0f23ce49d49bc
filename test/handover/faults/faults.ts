import { batchFailsInPart } from './batch-fails-in-part.ts'
import { clockSkew } from './clock-skew.ts'
import { diskIsFull } from './disk-is-full.ts'
import { exportFails } from './export-fails.ts'
import { exportersRace } from './exporters-race.ts'
import type { InjectedFault } from './fault.ts'
import { linkSessionFails } from './link-session-fails.ts'
import { processIsKilled } from './process-is-killed.ts'
import { publicationDies } from './publication-dies.ts'
import { recipientCallsFail } from './recipient-calls-fail.ts'
import { recipientForgets } from './recipient-forgets.ts'
import { registryBatchInPart } from './registry-batch-in-part.ts'
import { scratchIsFull } from './scratch-is-full.ts'
import { serviceFails } from './service-fails.ts'
import { stepDies } from './step-dies.ts'
import { stepsFail } from './steps-fail.ts'
import { stepsRunTwice } from './steps-run-twice.ts'

export const faults: readonly InjectedFault[] = [
  publicationDies,
  serviceFails,
  exportFails,
  stepsFail,
  recipientCallsFail,
  linkSessionFails,
  stepDies,
  processIsKilled,
  stepsRunTwice,
  exportersRace,
  clockSkew,
  diskIsFull,
  scratchIsFull,
  batchFailsInPart,
  registryBatchInPart,
  recipientForgets,
]
