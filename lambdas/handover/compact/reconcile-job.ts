import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import type { z } from 'zod'
import { sha256Of } from '../../shared/digest-files.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { inScratch } from '../../shared/scratch-files.ts'
import { writeSmallParquet } from '../../shared/small-parquet-files.ts'
import type { Aggregate } from '../convert/parts.ts'
import { type Handover, stepInput } from '../handover.ts'
import { type LeaseNeeds, leasedJob } from '../leased-job.ts'
import type { PackageForm } from '../manifest.ts'
import { exceptionColumns, exceptionsName } from '../schemas.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, putJson } from '../work-steps.ts'
import type { Chain } from './chain.ts'
import type { CompactOutcome } from './compact-job.ts'
import type { PlacedChanges, PlacedFile } from './placed-file.ts'
import type { Comparison, Unit } from './plan.ts'
import { type LeftOut, reconcile, reconcileChanges } from './reconcile.ts'
import { leftOut, type PlacedTally } from './tally.ts'

interface Needs {
  readonly work: ObjectStore
  readonly dir: string
}

/** By recipient: everything that its manifest will list. */
export type Reconciled = Readonly<
  Record<
    string,
    {
      readonly files: readonly PlacedFile[]
      readonly exceptions: ExceptionsFile
      /** None where the chain begins anew. */
      readonly changes: readonly PlacedChanges[] | null
    }
  >
>

/** A final file on its way to the recipient. */
export interface FinalObject {
  /** In the work bucket. */
  readonly key: string
  readonly form: PackageForm
  readonly recipient: string
  readonly name: string
  readonly sha256: string
  readonly bytes: number
}

export interface ExceptionsFile {
  readonly name: string
  readonly bytes: number
  readonly sha256: string
  readonly rows: number
}

/** Step 10: what was written equals what was counted, or the handover stops; what was left out is written down with its reason. */
export async function reconcileAll({ work, dir }: Needs, { sequence }: z.infer<typeof stepInput>) {
  const keys = workKeys(sequence)
  const { agreements } = await getJson<Handover>(work, keys.handover)
  const tally = await getJson<PlacedTally>(work, keys.tally)
  const units = await getJson<readonly Unit[]>(work, keys.units)
  const compacted = await Promise.all(
    units.map(async unit => ({ unit, ...(await getJson<CompactOutcome>(work, keys.compacted(unit))) })),
  )
  const chains = await getJson<Readonly<Record<string, Chain>>>(work, keys.chains)
  const comparisons = await getJson<readonly Comparison[]>(work, keys.comparisons)
  const compared = await Promise.all(
    comparisons.map(comparison => getJson<readonly PlacedChanges[]>(work, keys.compared(comparison))),
  )
  const reconciled: Record<string, Reconciled[string]> = {}
  for (const agreement of agreements) {
    const { recipient } = agreement
    const files = compacted.flatMap(({ files }) => files.filter(file => file.recipient === recipient))
    const excepted = compacted.flatMap(({ unit: { aggregate, province }, excepted }) =>
      (excepted[recipient] ?? []).map(person => ({ ...person, province, reason: reasonOf(aggregate) })),
    )
    reconcile(agreement, tally, { files, excepted })
    const { earlier } = chains[recipient] as Chain
    const changes = earlier ? compared.flat().filter(file => file.recipient === recipient) : null
    if (changes) {
      for (const comparison of comparisons)
        if (comparison.recipient === recipient) reconcileChanges(comparison, changes, files)
    }
    const exceptions = await putExceptions(work, keys.final('snapshots', recipient, ''), onceEach(excepted), dir)
    reconciled[recipient] = { files, exceptions, changes }
  }
  await putJson(work, keys.reconciled, reconciled)
  const placed = Object.entries(reconciled).flatMap(([recipient, of]) => finalObjects(keys, recipient, of))
  await putJson(work, keys.finalFiles, placed)
  return { files: placed.length }
}

/** Both forms carry the exceptions. */
function finalObjects(
  keys: ReturnType<typeof workKeys>,
  recipient: string,
  { files, exceptions, changes }: Reconciled[string],
): readonly FinalObject[] {
  const object = (made: PackageForm, form: PackageForm) => (file: ExceptionsFile) => {
    const { name, sha256, bytes } = file
    return { key: keys.final(made, recipient, name), form, recipient, name, sha256, bytes }
  }
  const snapshot = [...files, exceptions].map(object('snapshots', 'snapshots'))
  if (!changes) return snapshot
  return [...snapshot, ...changes.map(object('changes', 'changes')), object('snapshots', 'changes')(exceptions)]
}

export function reconcileJob(needs: Needs & LeaseNeeds) {
  return leasedJob('reconcile', stepInput, needs, input => reconcileAll(needs, input))
}

function reasonOf(aggregate: Aggregate): LeftOut['reason'] {
  return aggregate === 'persons' ? 'household-absent' : 'person-absent'
}

/** Somebody whose contributions fall into two units is left out of both, and is one row. */
function onceEach(excepted: readonly LeftOut[]): readonly LeftOut[] {
  return [...new Map(excepted.map(one => [`${one.personId} ${one.province} ${one.reason}`, one])).values()]
}

function putExceptions(
  work: ObjectStore,
  prefix: string,
  excepted: readonly LeftOut[],
  dir: string,
): Promise<ExceptionsFile> {
  return inScratch(dir, 'exceptions', async scratch => {
    const path = join(scratch, 'exceptions.parquet')
    const rows = excepted.map(({ personId, province, reason }) => ({
      dataset: leftOut[reason].kind,
      person_id: personId,
      province_code: province,
      reason,
    }))
    await writeSmallParquet(path, exceptionColumns, rows)
    const sha256 = await sha256Of(path)
    const name = `${exceptionsName}/part-00000-${sha256.slice(0, 8)}.parquet`
    const { size: bytes } = await stat(path)
    await work.putFile(`${prefix}${name}`, path)
    return { name, bytes, sha256, rows: rows.length }
  })
}
