import type { z } from 'zod'
import { atOnce } from '../../shared/at-once.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import { asksFor } from '../agreement.ts'
import type { ConvertOutcome } from '../convert/convert-job.ts'
import type { Matched } from '../convert/match-engine.ts'
import type { ExportedFile } from '../export/export-manifest.ts'
import { type Handover, stepInput } from '../handover.ts'
import { type LeaseNeeds, leasedJob } from '../leased-job.ts'
import { manifestName, packagePrefix } from '../manifest.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, putJson } from '../work-steps.ts'
import { type Chain, chainOf } from './chain.ts'
import { type Comparison, type Merge, planComparisons, planUnits } from './plan.ts'
import { checkExceptions, GrowingTally, type PlacedTally, type Selected, type Tally } from './tally.ts'

interface Needs {
  readonly work: ObjectStore
  readonly published: ObjectStore
  readonly unitRows: number
}

/**
 * Step 7: too many dangling references stop here; the rest is cut into units, each for one child to compact, and what recipients
 * have already is laid beside it, for others to compare.
 */
export async function plan({ work, published, unitRows }: Needs, { sequence }: z.infer<typeof stepInput>) {
  const keys = workKeys(sequence)
  const handover = await getJson<Handover>(work, keys.handover)
  const { absent, ...tally } = await tallyOf(work, handover)
  for (const agreement of handover.agreements) checkExceptions({ ...tally, absent }, agreement)
  // Everything is counted for everybody; what is compacted is what those who are served have asked for
  const asked = handover.agreements.flatMap(agreement =>
    (tally.selected[agreement.recipient] ?? []).filter(({ aggregate }) => asksFor(agreement, aggregate)),
  )
  const units = planUnits(asked, unitRows)
  const chains: Record<string, Chain> = {}
  const comparisons: Comparison[] = []
  for (const agreement of handover.agreements) {
    const { recipient } = agreement
    const link = handover.previous[recipient]
    const earlier =
      link && (await published.get(`${packagePrefix('snapshots', recipient, link.sequence)}/${manifestName}`))
    const chain = chainOf(agreement, link, earlier?.bytes)
    chains[recipient] = chain
    if (chain.earlier) comparisons.push(...planComparisons(agreement, chain.earlier, tally.selected[recipient] ?? []))
  }
  await putJson(work, keys.tally, tally satisfies PlacedTally)
  await putJson(work, keys.absent, absent satisfies Tally['absent'])
  await putJson(work, keys.units, units)
  await putJson(work, keys.chains, chains)
  await putJson(work, keys.comparisons, comparisons)
  return { units: units.length, comparisons: comparisons.length }
}

export function planJob(needs: Needs & LeaseNeeds) {
  return leasedJob('plan', stepInput, needs, input => plan(needs, input))
}

/** An outcome names every ward for every recipient, so only some are in memory at a time. */
async function tallyOf(work: ObjectStore, { sequence, cut, agreements }: Handover): Promise<Tally> {
  const keys = workKeys(sequence)
  const tally = new GrowingTally(agreements.map(({ recipient }) => recipient))
  const each = async <Outcome>(paths: readonly string[], add: (outcome: Outcome) => void) => {
    await atOnce(readAtOnce, paths, async path => add(await getJson<Outcome>(work, path)))
  }
  const dataFiles = await getJson<readonly ExportedFile[]>(work, keys.dataFiles)
  const merges = await getJson<readonly Merge[]>(work, keys.merges)
  const buckets = await getJson<readonly number[]>(work, keys.buckets)
  await each<ConvertOutcome>(
    dataFiles.map(({ name }) => keys.converted(name)),
    ({ items, selected }) => {
      tally.addItems(items)
      if (cut.mode === 'full') tally.addSelected(selected)
    },
  )
  await each<Selected>(merges.map(keys.merged), selected => tally.addSelected(selected))
  await each<Matched>(buckets.map(keys.matched), matched => tally.addMatched(matched))
  return tally.sum()
}

const readAtOnce = 8
