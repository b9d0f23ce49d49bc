import { z } from 'zod'
import { dayInVietnam } from '../registry/day.ts'
import { job } from '../shared/job.ts'
import type { ObjectStore } from '../shared/object-store.ts'
import type { Agreement } from './agreement.ts'
import { cutAt } from './cut.ts'
import { HandoverFault } from './fault.ts'
import type { Handover, Link } from './handover.ts'
import type { Ledger } from './ledger-store.ts'
import { sequenceText } from './manifest.ts'
import { workKeys } from './work-keys.ts'
import { getJson, putJson } from './work-steps.ts'

interface Needs {
  readonly ledger: Ledger
  readonly work: ObjectStore
  readonly agreements: readonly Agreement[]
  readonly clock: () => Date
  /** How far behind now a table can be exported; 0 where there is no such lag. */
  readonly cutLagSeconds: number
}

/** Longer than any step takes between two renewals. */
export const leaseMilliseconds = 3 * 3_600_000

export const startInput = z.object({ execution: z.string().min(1) })

/**
 * Step 1: takes the lease and the next sequence number, fixes the cut, and freezes the agreements and where each chain stands.
 * The same execution, started again, goes on with the handover it began.
 */
export async function start(
  { ledger, work, agreements, clock, cutLagSeconds }: Needs,
  { execution }: z.infer<typeof startInput>,
) {
  const now = clock()
  const held = await ledger.lease()
  const sequence = held?.execution === execution ? held.sequence : await ledger.nextSequence()
  const until = new Date(now.getTime() + leaseMilliseconds)
  if (!(await ledger.takeLease({ execution, sequence, until }, now))) {
    const holder = await ledger.lease()
    throw new HandoverFault('already-running', execution, `handover ${holder?.sequence} is run by ${holder?.execution}`)
  }
  if (await ledger.run(sequence)) return answer(await readHandover(work, sequence))
  const asOf = cutAt(now, cutLagSeconds)
  const previous: Record<string, Link> = {}
  for (const { recipient } of agreements) {
    const head = await ledger.head(recipient)
    if (head) previous[recipient] = head
  }
  const handover: Handover = {
    sequence,
    asOf: asOf.toISOString(),
    asOfDay: dayInVietnam(asOf),
    agreements: [...agreements],
    previous,
  }
  await putJson(work, workKeys(sequence).handover, handover)
  await ledger.putRun({ sequence, execution, state: 'running', asOf: handover.asOf })
  return answer(handover)
}

/** What the state machine carries from step to step; `root` begins every key of the handover in the work bucket. */
function answer({ sequence, asOf, agreements }: Handover) {
  return { sequence, asOf, root: sequenceText(sequence), recipients: agreements.map(({ recipient }) => recipient) }
}

export function startJob(needs: Needs) {
  return job('start', startInput, input => start(needs, input))
}

/** @throws HandoverFault when another execution has taken the lease meanwhile. */
export async function renewLease({ ledger, clock }: Pick<Needs, 'ledger' | 'clock'>, sequence: number) {
  const now = clock()
  const run = await ledger.run(sequence)
  const lease = { execution: run?.execution ?? '', sequence, until: new Date(now.getTime() + leaseMilliseconds) }
  if (!(await ledger.takeLease(lease, now))) {
    throw new HandoverFault('already-running', lease.execution, 'its lease ran out, and another handover took it')
  }
}

export async function readHandover(work: ObjectStore, sequence: number): Promise<Handover> {
  return getJson<Handover>(work, workKeys(sequence).handover)
}
