import { z } from 'zod'
import { dayInVietnam } from '../../registry/day.ts'
import { job } from '../../shared/job.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { type Agreement, parsedAggregates } from '../agreement.ts'
import { partColumns } from '../convert/part-columns.ts'
import { HandoverFault } from '../fault.ts'
import { type Handover, handover, type Link } from '../handover.ts'
import { leaseEnd } from '../leased-job.ts'
import type { Ledger } from '../ledger-store.ts'
import { sequenceText } from '../manifest.ts'
import { workKeys } from '../work-keys.ts'
import { findJson, getJson, once, putJson } from '../work-steps.ts'
import { cutAt } from './cut.ts'
import { deltaObstacle } from './delta-obstacle.ts'
import { isDue } from './due.ts'
import type { TableRecovery } from './export-client.ts'
import { windowsBetween } from './windows.ts'

interface Needs {
  readonly ledger: Ledger
  readonly recovery: TableRecovery
  readonly work: ObjectStore
  readonly agreements: readonly Agreement[]
  readonly clock: () => Date
  /** How far behind now a table can be exported; 0 where there is no such lag. */
  readonly cutLagSeconds: number
  /** The shortest stretch of time that an incremental export covers; 0 where any will do. */
  readonly leastWindowSeconds: number
}

/** `input` is what whoever starts the state machine asks for. */
export const startInput = z.object({
  execution: z.string().min(1),
  input: z.object({
    mode: z.enum(['full', 'delta']).default('full'),
    /** Serves those alone whose agreement’s time has come; everybody otherwise. */
    onlyDue: z.boolean().optional(),
  }),
})

/**
 * Step 1: takes the lease and the next sequence number, fixes the cut, and freezes the agreements and where each chain stands.
 * The same execution, started again, goes on with the handover it began. A delta that cannot be taken becomes a full handover, and
 * says why.
 */
export async function start(needs: Needs, { execution, input }: z.infer<typeof startInput>) {
  const { ledger, work, clock, cutLagSeconds } = needs
  const now = clock()
  const asOf = cutAt(now, cutLagSeconds)
  const held = await ledger.lease()
  if (held?.execution !== execution) await checkClock(needs, asOf, input.mode)
  const sequence = held?.execution === execution ? held.sequence : await ledger.nextSequence()
  if (!(await ledger.takeLease({ execution, sequence, until: leaseEnd(now) }, now))) {
    const holder = await ledger.lease()
    throw new HandoverFault('already-running', execution, `handover ${holder?.sequence} is run by ${holder?.execution}`)
  }
  if (await ledger.run(sequence)) return answer(await readHandover(work, sequence))
  try {
    return answer(await begin(needs, { execution, sequence, asOf, input }))
  } catch (error) {
    // Where nothing has begun, whoever starts next need not wait until the lease runs out
    if (!(await ledger.run(sequence))) await ledger.releaseLease(execution)
    throw error
  }
}

interface Beginning {
  readonly execution: string
  readonly sequence: number
  readonly asOf: Date
  readonly input: z.infer<typeof startInput>['input']
}

async function begin(needs: Needs, beginning: Beginning): Promise<Handover> {
  const { ledger, work } = needs
  const { execution, sequence } = beginning
  const begun = await once(work, workKeys(sequence).handover, () => freeze(needs, beginning))
  await putJson(work, workKeys(sequence).partColumns, partColumns())
  await ledger.putRun({ sequence, execution, state: 'running', asOf: begun.asOf })
  return begun
}

async function freeze(needs: Needs, { sequence, asOf, input }: Beginning): Promise<Handover> {
  const { ledger, agreements } = needs
  const served = input.onlyDue ? await dueAgreements(needs, asOf) : agreements
  const previous: Record<string, Link> = {}
  for (const { recipient } of served) {
    const head = await ledger.head(recipient)
    if (head) previous[recipient] = head
  }
  return {
    sequence,
    asOf: asOf.toISOString(),
    asOfDay: dayInVietnam(asOf),
    cut: input.mode === 'full' ? { mode: 'full' } : await deltaCut(needs, asOf),
    agreements: [...served],
    aggregates: parsedAggregates(agreements),
    previous,
  }
}

/**
 * @throws HandoverFault when the cut is older than what is published already, and a delta's not newer: a clock is wrong; or when a
 * delta's is newer by less than can be exported.
 */
async function checkClock(
  { ledger, leastWindowSeconds }: Pick<Needs, 'ledger' | 'leastWindowSeconds'>,
  asOf: Date,
  mode: 'full' | 'delta',
) {
  const last = await ledger.lastPublished()
  if (!last) return
  const later = asOf.getTime() - Date.parse(last.asOf)
  const cut = asOf.toISOString()
  if (later < 0 || (later === 0 && mode === 'delta'))
    throw new HandoverFault('cut-in-the-past', cut, `handover ${last.sequence} holds the cut of ${last.asOf}`)
  if (mode === 'delta' && later < leastWindowSeconds * 1000) {
    const minutes = leastWindowSeconds / 60
    throw new HandoverFault(
      'too-soon',
      cut,
      `a delta covers ${minutes} minutes at least, and the last cut is ${last.asOf}`,
    )
  }
}

/** @throws HandoverFault when it is nobody's turn. */
async function dueAgreements({ ledger, agreements }: Needs, asOf: Date): Promise<readonly Agreement[]> {
  const due: Agreement[] = []
  for (const agreement of agreements) {
    const last = (await ledger.publications(agreement.recipient)).find(({ state }) => state !== 'prepared')
    if (isDue(agreement, last && new Date(last.facts.asOf), asOf)) due.push(agreement)
  }
  if (due.length === 0)
    throw new HandoverFault('nobody-due', asOf.toISOString(), 'no agreement asks for a handover yet')
  return due
}

async function deltaCut({ ledger, work, recovery, agreements }: Needs, asOf: Date): Promise<Handover['cut']> {
  const run = await ledger.lastPublished()
  const keys = run && workKeys(run.sequence)
  const kept = keys && handover.safeParse(await findJson(work, keys.handover)).data
  const obstacle = deltaObstacle({
    base: kept && { ...kept, partColumns: await findJson(work, keys.partColumns) },
    aggregates: parsedAggregates(agreements),
    asOf,
    recoverableFrom: await recovery.earliest(),
  })
  if (obstacle || !run) return { mode: 'full', insteadOfDelta: obstacle ?? 'no-base' }
  return { mode: 'delta', base: run.sequence, windows: windowsBetween(new Date(run.asOf), asOf) }
}

/** What the state machine carries from step to step; `root` begins every key of the handover in the work bucket. */
function answer({ sequence, asOf, cut, agreements }: Handover) {
  return {
    sequence,
    asOf,
    mode: cut.mode,
    insteadOfDelta: cut.mode === 'full' ? (cut.insteadOfDelta ?? null) : null,
    root: sequenceText(sequence),
    recipients: agreements.map(({ recipient }) => recipient),
  }
}

export function startJob(needs: Needs) {
  return job('start', startInput, input => start(needs, input))
}

export async function readHandover(work: ObjectStore, sequence: number): Promise<Handover> {
  return getJson<Handover>(work, workKeys(sequence).handover)
}
