import { z } from 'zod'
import type { Listed, Manifest } from './manifest.ts'
import { datasetText } from './names.ts'
import { rootSha256 } from './root-hash.ts'

const sha256 = z.string().regex(/^[0-9a-f]{64}$/, { error: '64 hex digits' })
const rows = z.int().min(0)
const province = z.string().regex(/^[0-9]{2}$/, { error: 'two digits' })

/** What a recipient answers once it has verified and loaded a handover: what it found on its own disk. */
export const receipt = z.strictObject({
  recipient: z.string(),
  sequence: z.int().min(0),
  manifestSha256: sha256,
  /** `rootSha256` of every file that the manifest lists. */
  rootSha256: sha256,
  /** By dataset, */
  rows: z.record(datasetText, rows),
  /** and by dataset and province. */
  rowsByProvince: z.record(datasetText, z.record(province, rows)),
  receivedAt: z.iso.datetime(),
})
export type Receipt = z.infer<typeof receipt>

/** Something in a receipt that is not what was sent; a null is what one side does not know. */
export type Discrepancy =
  | { readonly of: 'manifest' | 'root'; readonly sent: string; readonly counted: string }
  | {
      readonly of: 'rows'
      readonly dataset: string
      /** Absent where it is the whole dataset that differs. */
      readonly province?: string
      readonly sent: number | null
      readonly counted: number | null
    }

/** What files come to, as a receipt says it: those that a manifest lists, or what was found of them on a disk. */
export function countsOf(
  { resources, handover }: Manifest,
  files: readonly Pick<Listed, 'path' | 'hash' | 'rows'>[],
): Pick<Receipt, 'rootSha256' | 'rows' | 'rowsByProvince'> {
  const found = new Map(files.map(({ path, rows = 0 }) => [path, rows]))
  const rows: Record<string, number> = {}
  const rowsByProvince: Record<string, Record<string, number>> = {}
  for (const dataset of Object.keys(handover.totals)) {
    const byProvince: Record<string, number> = {}
    rows[dataset] = 0
    for (const { path, 'handover:dataset': of, 'handover:partition': partition } of resources) {
      if (of !== dataset || !partition) continue
      const here = found.get(path) ?? 0
      rows[dataset] += here
      byProvince[partition.province] = (byProvince[partition.province] ?? 0) + here
    }
    rowsByProvince[dataset] = byProvince
  }
  return { rootSha256: rootSha256(files), rows, rowsByProvince }
}

/** What was sent, as the sender counted it. */
export interface Sent extends Pick<Receipt, 'manifestSha256' | 'rootSha256' | 'rowsByProvince'> {
  readonly totals: Readonly<Record<string, { readonly rows: number; readonly files: number; readonly bytes: number }>>
}

/** None when the recipient found what was sent, byte for byte and row for row. */
export function discrepanciesOf(facts: Sent, received: Receipt): readonly Discrepancy[] {
  const hashes = [
    { of: 'manifest', sent: facts.manifestSha256, counted: received.manifestSha256 },
    { of: 'root', sent: facts.rootSha256, counted: received.rootSha256 },
  ] as const
  const sent = Object.fromEntries(Object.entries(facts.totals).map(([dataset, { rows }]) => [dataset, rows]))
  const datasets = keysOf(facts.rowsByProvince, received.rowsByProvince)
  return [
    ...hashes.filter(({ sent, counted }) => sent !== counted),
    ...differences(sent, received.rows).map(({ key, ...rows }) => ({ of: 'rows' as const, dataset: key, ...rows })),
    ...datasets.flatMap(dataset =>
      differences(facts.rowsByProvince[dataset] ?? {}, received.rowsByProvince[dataset] ?? {}).map(
        ({ key, ...rows }) => ({ of: 'rows' as const, dataset, province: key, ...rows }),
      ),
    ),
  ]
}

type Counts = Readonly<Record<string, number>>

function differences(sent: Counts, counted: Counts) {
  return keysOf(sent, counted)
    .map(key => ({ key, sent: sent[key] ?? null, counted: counted[key] ?? null }))
    .filter(({ sent, counted }) => sent !== counted)
}

function keysOf(one: object, other: object): readonly string[] {
  return [...new Set([...Object.keys(one), ...Object.keys(other)])].sort()
}
