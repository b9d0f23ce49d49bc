import { z } from 'zod'
import { link } from '../../handover/handover.ts'
import { type Listed, relativePath, sequenceText } from '../../handover/manifest.ts'
import { tableSchema } from '../../handover/schemas.ts'
import type { Seal } from './seal.ts'
import { sealedColumns, sealedNames, sealedOrder, tamperings } from './sealed-columns.ts'
import type { SealedFile, SealedRows } from './sealed-rows-engine.ts'

/** Below which the log stands in its bucket: a folder a seal, and `latest.json`. */
export const logName = 'lookups'

export function sealPrefix(sequence: number): string {
  return `${logName}/${sequenceText(sequence)}/`
}

const count = z.int().min(0)

/** A Frictionless Data Package v2 with what the seal adds to it. Unknown properties are for later versions, and pass. */
export const sealManifest = z.looseObject({
  $schema: z.literal('https://datapackage.org/profiles/2.0/datapackage.json'),
  name: z.string(),
  created: z.iso.datetime(),
  resources: z
    .array(
      z.looseObject({
        name: z.enum(sealedNames),
        path: relativePath,
        bytes: count,
        hash: z.string().regex(/^sha256:[0-9a-f]{64}$/),
        'seal:rowCount': count,
      }),
    )
    .readonly(),
  seal: z.looseObject({
    manifestVersion: z.literal(1),
    sequence: count,
    previous: link.nullable(),
    window: z.strictObject({ from: z.iso.datetime().nullable(), to: z.iso.datetime() }),
    mode: z.enum(['full', 'incremental']),
    source: z.strictObject({ exportArn: z.string(), items: count }),
    counts: z.strictObject({
      lookups: count,
      expired: count,
      earlier: count,
      tampering: z.strictObject({ altered: count, deleted: count, forged: count }),
    }),
    rowsByProvince: z.record(z.string(), count),
  }),
})
export type SealManifest = z.infer<typeof sealManifest>

/** None when the bytes are no manifest of a seal. Whose they are is for the signature to say. */
export function readSealManifest(bytes: Uint8Array): SealManifest | undefined {
  try {
    return sealManifest.safeParse(JSON.parse(Buffer.from(bytes).toString())).data
  } catch {
    return undefined
  }
}

export function sealedFiles({ resources }: SealManifest): readonly Listed[] {
  return resources.map(({ path, bytes, hash, 'seal:rowCount': rows }) => ({ path, bytes, hash, rows }))
}

interface SealFacts extends Pick<SealedRows, 'counts' | 'rowsByProvince'> {
  readonly seal: Seal
  readonly created: Date
  readonly exportArn: string
  readonly items: number
  readonly files: readonly Omit<SealedFile, 'path'>[]
}

export function buildSealManifest({ seal, created, exportArn, items, files, counts, rowsByProvince }: SealFacts) {
  const { sequence, window, mode, previous } = seal
  return {
    $schema: 'https://datapackage.org/profiles/2.0/datapackage.json' as const,
    name: `bangiao-${logName}-${sequenceText(sequence)}`,
    title: `Who looked at whose card, ${window.from ?? 'from the beginning'} to ${window.to}`,
    version: '1.0.0',
    created: created.toISOString(),
    resources: files.map(({ name, bytes, sha256, rows }) => ({
      name,
      path: `${name}.parquet`,
      format: 'parquet',
      mediatype: 'application/vnd.apache.parquet',
      bytes,
      hash: `sha256:${sha256}`,
      schema: tableSchema(sealedColumns[name], sealedOrder[name]),
      'seal:rowCount': rows,
    })),
    seal: {
      manifestVersion: 1 as const,
      sequence,
      previous,
      window,
      mode,
      source: { exportArn, items },
      counts,
      rowsByProvince,
    },
  } satisfies SealManifest
}

/** Whether what the seal says of its rows agrees with itself and with the files that it lists. */
export function wrongCounts({ resources, seal: { counts, source, rowsByProvince } }: SealManifest): boolean {
  const rowsOf = (name: string) => resources.filter(one => one.name === name).map(one => one['seal:rowCount'])
  const tampered = tamperings.reduce((sum, name) => sum + counts.tampering[name], 0)
  const inProvinces = Object.values(rowsByProvince).reduce((sum, rows) => sum + rows, 0)
  return (
    rowsOf('lookups').join() !== String(counts.lookups) ||
    rowsOf('tampering').join() !== String(tampered) ||
    inProvinces !== counts.lookups ||
    counts.lookups + counts.expired + counts.earlier + tampered !== source.items
  )
}
