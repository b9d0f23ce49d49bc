import { hash } from 'node:crypto'
import { join, relative } from 'node:path'
import { Readable } from 'node:stream'
import { gzipSync } from 'node:zlib'
import { describe, expect, it, onTestFinished } from 'vitest'
import { parsedAggregates } from '../../../lambdas/handover/agreement.ts'
import { convertDataFile } from '../../../lambdas/handover/convert/convert-engine.ts'
import { openDatabase } from '../../../lambdas/handover/engine/duckdb-engine.ts'
import { sha256Of } from '../../../lambdas/shared/digest-files.ts'
import { folder } from '../../local/service.ts'
import { moh } from './conversion.ts'
import { type DraftFile, draftExport } from './export-draft.ts'

describe('a data file that is converted again', () => {
  it('gives parts and keys of the same names and bytes, however the network cuts its stream', async () => {
    const [file] = (await draftExport({ people: 60, files: 1 })).files as [DraftFile]

    const atOnce = await partsOf(file, 1_000_000)
    const inPieces = await partsOf(file, 100)

    expect(inPieces).toEqual(atOnce)
    expect(atOnce.filter(([path]) => path.startsWith('parts/persons/1/')).length).toBeGreaterThan(0)
  })

  it('has one file of keys a bucket, however many chunks it was parsed in', async () => {
    const [file] = (await draftExport({ people: 60, files: 1 })).files as [DraftFile]

    const keys = (await partsOf(file, 1_000_000)).map(([path]) => path).filter(path => path.startsWith('keys/'))

    expect(keys).toEqual(['keys/bucket=0/data_0.parquet', 'keys/bucket=1/data_0.parquet'])
  })
})

/** Every file that becomes of it, with its hash, when so many bytes come at a time and a few lines are parsed at once. */
async function partsOf({ name, lines }: DraftFile, bytesAtATime: number) {
  const dir = await folder()
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: '500MB' })
  onTestFinished(() => database.close())
  const gzip = gzipSync(lines.map(line => `${line}\n`).join(''))
  const pieces = Array.from({ length: Math.ceil(gzip.length / bytesAtATime) }, (_, number) =>
    gzip.subarray(number * bytesAtATime, (number + 1) * bytesAtATime),
  )
  const file = { name, itemCount: lines.length, md5: hash('md5', gzip, 'base64') }
  const options = {
    engine: await database.connect(),
    agreements: [moh],
    aggregates: parsedAggregates([moh]),
    dir,
    chunkBytes: 20_000,
    buckets: 2,
  }
  const { parts, keys } = await convertDataFile(Readable.from(pieces), file, options)
  return Promise.all([...parts, ...keys].map(async ({ path }) => [relative(dir, path), await sha256Of(path)] as const))
}
