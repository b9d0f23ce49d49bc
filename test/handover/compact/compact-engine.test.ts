import { join } from 'node:path'
import { describe, expect, it, onTestFinished } from 'vitest'
import { compactUnit } from '../../../lambdas/handover/compact/compact-engine.ts'
import { type Engine, openDatabase } from '../../../lambdas/handover/engine/duckdb-engine.ts'
import { folder } from '../../local/service.ts'
import { moh } from '../convert/conversion.ts'
import { readBack } from '../parquet-rows.ts'

const households = 250_000

describe('a final file', () => {
  it('has row groups of 122,880 at most, and is sorted from the first to the last', async () => {
    const { path } = await compacted(['00001', '00099'])

    const { metadata, rows } = await readBack(path)

    expect(metadata.row_groups.map(({ num_rows }) => Number(num_rows))).toEqual([
      122_880,
      122_880,
      households - 245_760,
    ])
    const keys = rows.map(({ ward_code, household_id }) => `${ward_code} ${household_id}`)
    expect(keys).toEqual(keys.toSorted())
  })

  it('holds the wards of its unit, both ends included', async () => {
    const { path, rows } = await compacted(['00010', '00012'])

    const wards = (await readBack(path)).rows.map(({ ward_code }) => ward_code)

    expect([...new Set(wards)]).toEqual(['00010', '00011', '00012'])
    expect(rows).toBe(wards.length)
  })

  it('is none when it is a byte larger than it may be, and the fault names what to do', async () => {
    const { bytes } = await compacted(['00010', '00012'])
    expect((await compacted(['00010', '00012'], bytes)).bytes).toBe(bytes)

    await expect(compacted(['00010', '00012'], bytes - 1)).rejects.toMatchObject({
      code: 'file-too-large',
      reading: 'moh-households-01-0',
      message: `moh-households-01-0: ${bytes} bytes, at most ${bytes - 1}: plan fewer rows a unit`,
    })
  })
})

async function compacted(places: [from: string, to: string], fileBytes?: number) {
  const dir = await folder()
  const database = await openDatabase({ dir: join(dir, 'duckdb'), threads: 1, memoryLimit: '500MB' })
  onTestFinished(() => database.close())
  const engine = await database.connect()
  const parts = { households: [await householdsPart(engine, join(dir, 'part.parquet'))] }
  const agreements = [{ ...moh, datasets: { households: ['household_id', 'ward_code', 'province_code'] } }]
  const unit = { aggregate: 'households', province: '01', number: 0, places } as const
  const { files } = await compactUnit(unit, {
    engine,
    agreements,
    parts,
    exceptions: [],
    day: '2026-11-22',
    dir,
    ...(fileBytes && { fileBytes }),
  })
  expect(files).toHaveLength(1)
  return files[0] as (typeof files)[number]
}

/** Households in no order at all, in 99 wards. */
async function householdsPart(engine: Engine, path: string): Promise<string> {
  await engine.run(`COPY (SELECT lpad((hash(n) % 10000000000)::VARCHAR, 10, '0') AS household_id,
    lpad((1 + n % 99)::VARCHAR, 5, '0') AS ward_code, '01' AS province_code FROM range(${households}) AS numbers(n))
    TO '${path}' (FORMAT parquet)`)
  return path
}
