import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it, onTestFinished } from 'vitest'
import type { Seal } from '../../../lambdas/checkin/lookups/seal.ts'
import { sealRows } from '../../../lambdas/checkin/lookups/sealed-rows-engine.ts'
import { openDatabase } from '../../../lambdas/handover/engine/duckdb-engine.ts'
import { readBack } from '../../handover/parquet-rows.ts'
import { folder } from '../../local/service.ts'

const window = { from: '2026-11-22T02:00:00.000Z', to: '2026-11-22T03:00:00.000Z' }
const hour: Pick<Seal, 'window' | 'mode'> = { mode: 'incremental', window }
const whole: Pick<Seal, 'window' | 'mode'> = { mode: 'full', window }

describe('what an export holds is', () => {
  it.each([
    ['a look of its hour', { NewImage: entry() }, 'lookups'],
    [
      'a look that was written a moment after its hour began',
      { NewImage: entry({ instant: '01:59:30.000' }) },
      'lookups',
    ],
    ['a look that an officer signed', { NewImage: entry({ officer: "BS. O'Hà" }) }, 'lookups'],
    ['an entry that its time has removed', { OldImage: entry({ expiry: '1795312799' }) }, 'expired'],
    ['an entry removed a second before its time', { OldImage: entry({ expiry: '1795312801' }) }, 'deleted'],
    ['an entry that was changed', { OldImage: entry(), NewImage: entry({ facility: '79001' }) }, 'altered'],
    ['an entry that was changed after its time', { OldImage: entry({ expiry: '1' }), NewImage: entry() }, 'altered'],
    ['a change that has no image', {}, 'deleted'],
    ['an entry dated back', { NewImage: entry({ instant: '01:58:00.000' }) }, 'forged'],
    ['an entry dated ahead', { NewImage: entry({ instant: '03:02:00.000' }) }, 'forged'],
    ['an entry under another facility’s key', { NewImage: entry({}, { facility: { S: '79001' } }) }, 'forged'],
    ['an entry without a hash', { NewImage: entry({}, { numberHash: undefined }) }, 'forged'],
    ['an entry that never expires', { NewImage: entry({}, { expiry: undefined }) }, 'forged'],
    ['an entry whose instant is none', { NewImage: entry({}, { instant: { S: 'then' } }) }, 'forged'],
    ['something else', { NewImage: { PK: { S: 'x' }, SK: { S: 'y' }, z: { BOOL: true } } }, 'forged'],
  ])('%s', async (_, change, kind) => {
    const { counts } = await seal([change], hour)
    const { tampering, ...others } = counts
    expect(Object.entries({ ...others, ...tampering }).filter(([, rows]) => rows > 0)).toEqual([[kind, 1]])
  })

  it('what stands in the whole table: its own hour’s, and what was sealed earlier', async () => {
    const { counts } = await seal([{ Item: entry() }, { Item: entry({ instant: '01:00:00.000' }) }], whole)
    expect(counts).toMatchObject({ lookups: 1, earlier: 1 })
  })
})

it('tampering is kept with what the entry said, and stands in no lookup', async () => {
  const { dir } = await seal([{ OldImage: entry({ officer: 'A' }), NewImage: entry({ officer: 'B' }) }], hour)
  expect((await readBack(join(dir, 'lookups.parquet'))).rows).toEqual([])
  expect((await readBack(join(dir, 'tampering.parquet'))).rows).toEqual([
    expect.objectContaining({
      tampering: 'altered',
      written_at: new Date(1_795_312_800_000),
      key: 'AUD#01007#20261122#0 2026-11-22T02:30:00.000Z#00000000000000aa',
      officer: 'B',
      number_hash: 'hash',
    }),
  ])
})

it('an export that holds another number of items than its manifest says is refused', async () => {
  await expect(seal([{ NewImage: entry() }], hour, 2)).rejects.toMatchObject({ code: 'data-file-count' })
})

it('a line that is no item is refused in words that do not quote it', async () => {
  const refused = await seal(['{"NewImage":"0123456789'], hour).catch((error: Error) => error)
  expect(refused).toMatchObject({ code: 'malformed-item' })
  expect(String(refused)).not.toContain('0123456789')
})

it('every item of an export is counted once, whatever was done to it', async () => {
  const image = fc.option(fc.record({ instant: times(), expiry: fc.constantFrom('1', '1800000000') }), {
    nil: undefined,
  })
  const changes = fc.array(fc.record({ OldImage: image, NewImage: image }), { maxLength: 12 })
  await fc.assert(
    fc.asyncProperty(changes, async given => {
      const lines = given.map(({ OldImage, NewImage }) => ({
        ...(OldImage && { OldImage: entry(OldImage) }),
        ...(NewImage && { NewImage: entry(NewImage) }),
      }))
      const { counts, files, rowsByProvince } = await seal(lines, hour)
      const { altered, deleted, forged } = counts.tampering
      expect(counts.lookups + counts.expired + counts.earlier + altered + deleted + forged).toBe(given.length)
      expect(files.map(({ rows }) => rows)).toEqual([counts.lookups, altered + deleted + forged])
      expect(Object.values(rowsByProvince).reduce((sum, rows) => sum + rows, 0)).toBe(counts.lookups)
    }),
    { numRuns: 15 },
  )
})

function times() {
  return fc.constantFrom('01:00:00.000', '02:00:00.000', '02:59:59.999', '04:00:00.000')
}

interface Entry {
  /** On 22 November 2026, UTC. */
  readonly instant?: string
  readonly facility?: string
  readonly officer?: string
  readonly expiry?: string
}

/** As the desk writes it, in the hour that is sealed unless it says otherwise. */
function entry(
  { instant = '02:30:00.000', facility = '01007', officer, expiry = '1800000000' }: Entry = {},
  other = {},
) {
  const at = `2026-11-22T${instant}Z`
  return {
    PK: { S: `AUD#${facility}#20261122#0` },
    SK: { S: `${at}#00000000000000aa` },
    numberHash: { S: 'hash' },
    instant: { S: at },
    facility: { S: facility },
    ...(officer && { officer: { S: officer } }),
    purpose: { S: 'reception' },
    expiry: { N: expiry },
    ...other,
  }
}

async function seal(changes: readonly (object | string)[], of: Pick<Seal, 'window' | 'mode'>, items = changes.length) {
  const dir = await folder()
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: '200MB' })
  onTestFinished(() => database.close())
  const written = { WriteTimestampMicros: { N: '1795312800000000' } }
  const text = changes.map(change => {
    if (typeof change === 'string' || 'Item' in change)
      return typeof change === 'string' ? change : JSON.stringify(change)
    const { OldImage, NewImage } = change as { OldImage?: object; NewImage?: object }
    const { PK, SK } = (NewImage ?? OldImage ?? entry()) as { PK: object; SK: object }
    return JSON.stringify({ Metadata: written, Keys: { PK, SK }, ...change })
  })
  const files = [join(dir, 'a.json.gz'), join(dir, 'empty.json.gz')]
  await writeFile(files[0] as string, gzipSync(text.map(line => `${line}\n`).join('')))
  await writeFile(files[1] as string, gzipSync(''))
  return { dir, ...(await sealRows(await database.connect(), files, items, of, dir)) }
}
