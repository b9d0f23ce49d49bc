import { join } from 'node:path'
import { Readable } from 'node:stream'
import { type Agreement, parsedAggregates } from '../../../lambdas/handover/agreement.ts'
import type { DatasetName } from '../../../lambdas/handover/datasets.ts'
import type { ExportWindow, Handover, Link } from '../../../lambdas/handover/handover.ts'
import { type AnyManifest, type PackageForm, packagePrefix, readManifest } from '../../../lambdas/handover/manifest.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { dayInVietnam } from '../../../lambdas/registry/day.ts'
import { type Cut, writeIncrementalExport } from '../../../local/dynamodb/incremental-export.ts'
import { writeExportDirectory } from '../../../local/dynamodb/table-export.ts'
import { folderStore } from '../../../local/folder-store.ts'
import { exportedRegistry, registryItems } from '../../../local/nation/export-directory.ts'
import { runHandoverSteps } from '../../../local/run-steps.ts'
import { signer } from '../convert/conversion.ts'
import { type Row, readBack } from '../parquet-rows.ts'
import type { Population } from './expected-rows.ts'

/** A registry as it stood at an instant. */
export interface State {
  readonly population: Population
  readonly at: Date
}

/** What one handover published, each form in a folder of its own. */
export interface HandedOver {
  readonly sequence: number
  readonly day: string
  readonly packages: Readonly<Record<string, Published>>
}

export interface Published {
  readonly snapshot: Form
  readonly changes: Form | undefined
}

export interface Form {
  readonly dir: string
  readonly manifest: AnyManifest
}

/** When the first handover is cut. */
export const began = new Date('2026-11-22T01:00:00Z')

/** Handovers one after the other, on folders. */
export interface HandoverChain {
  full(state: State, agreements: readonly Agreement[]): Promise<HandedOver>
  /** A window for each state, the first from where the handover before ended. */
  delta(
    states: readonly State[],
    agreements: readonly Agreement[],
    aggregates?: Handover['aggregates'],
  ): Promise<HandedOver>
  /** What changed until then is in no window. */
  miss(state: State): Promise<void>
}

/** `dir` is empty, and all of it stays there. */
export function aHandoverChain(dir: string): HandoverChain {
  const exportsDir = join(dir, 'exports')
  const stores = {
    exports: folderStore(exportsDir),
    work: folderStore(join(dir, 'work')),
    published: folderStore(join(dir, 'published')),
  }
  const heads: Record<string, Link> = {}
  let sequence = 0
  let last: Cut | undefined

  const target = (at: Date, id: number) => ({
    ...exportedRegistry,
    dir: exportsDir,
    exportId: `0${at.getTime()}-0000000${id}`,
    clock: () => at,
  })
  const cutOf = async ({ population, at }: State) => {
    const items = registryItems({
      ...population,
      persons: population.holders.map(({ person }) => person),
      cards: population.holders.flatMap(({ cards }) => cards),
    })
    const written = await writeExportDirectory(Readable.from(items), {
      ...target(at, 0),
      exportTime: at,
      partitionKey: 'PK',
      files: 2,
    })
    const files = written.keys.filter(key => key.includes('/data/')).map(key => join(exportsDir, key))
    return { summaryKey: written.manifestKey, cut: { instant: at, files } }
  }
  const handOver = async (
    at: Date,
    cut: Handover['cut'],
    agreements: readonly Agreement[],
    summaryKeys: readonly string[],
    aggregates = parsedAggregates(agreements),
  ): Promise<HandedOver> => {
    sequence += 1
    const day = dayInVietnam(at)
    const previous = { ...heads }
    const handover = {
      sequence,
      asOf: at.toISOString(),
      asOfDay: day,
      cut,
      agreements,
      aggregates,
      previous,
    }
    const prefixOf = (form: PackageForm, recipient: string) => `${packagePrefix(form, recipient, sequence)}/`
    const needs = { ...stores, signer, clock: () => at, dir: join(dir, 'scratch'), prefixOf }
    const made = await runHandoverSteps(handover, summaryKeys, needs)
    const packages: Record<string, Published> = {}
    for (const [recipient, { snapshot, changes }] of Object.entries(made)) {
      const form = (name: PackageForm, manifest: string): Form => ({
        dir: join(dir, 'published', prefixOf(name, recipient)),
        manifest: readManifest(Buffer.from(manifest)) as AnyManifest,
      })
      packages[recipient] = {
        snapshot: form('snapshots', snapshot.manifest),
        changes: changes ? form('changes', changes.manifest) : undefined,
      }
      heads[recipient] = { sequence, sha256: sha256Hex(snapshot.manifest) }
    }
    return { sequence, day, packages }
  }

  return {
    async full(state, agreements) {
      const { summaryKey, cut } = await cutOf(state)
      last = cut
      return handOver(state.at, { mode: 'full' }, agreements, [summaryKey])
    },
    async miss(state) {
      last = (await cutOf(state)).cut
    },
    async delta(states, agreements, aggregates) {
      const windows: ExportWindow[] = []
      const summaryKeys: string[] = []
      for (const state of states) {
        const { cut } = await cutOf(state)
        const from = last as Cut
        const keyNames = ['PK', 'SK']
        const { manifestKey } = await writeIncrementalExport({ ...target(state.at, 1), from, to: cut, keyNames })
        summaryKeys.push(manifestKey)
        windows.push({ from: from.instant.toISOString(), to: state.at.toISOString() })
        last = cut
      }
      const { at } = states.at(-1) as State
      return handOver(at, { mode: 'delta', base: sequence, windows }, agreements, summaryKeys, aggregates)
    },
  }
}

export function packageOf({ packages }: HandedOver, recipient: string): Published {
  return packages[recipient] as Published
}

/** Every row of a dataset in a package, file by file. */
export async function rowsIn({ dir, manifest }: Form, dataset: DatasetName): Promise<readonly Row[]> {
  const files = manifest.resources.filter(resource => resource['handover:dataset'] === dataset)
  const read = await Promise.all(files.map(({ path }) => readBack(join(dir, path))))
  return read.flatMap(({ rows }) => rows)
}
