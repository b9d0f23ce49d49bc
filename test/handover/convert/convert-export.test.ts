import { cp, mkdir, readdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Manifest } from '../../../lambdas/handover/manifest.ts'
import { verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import { writeNationExport } from '../../../local/nation/export-directory.ts'
import { type RunStep, runSteps } from '../../../local/run-steps.ts'
import { folder } from '../../local/service.ts'
import { convert, jwks } from './conversion.ts'
import { today } from './export-draft.ts'

/** A folder with an export in `export`, room for the handover in `out`, and nothing else. */
async function exported(people = 24): Promise<string> {
  const dir = await folder()
  await writeNationExport({ people, seed: 7, today }, { dir: join(dir, 'export'), files: 1 })
  return dir
}

describe('converting an export on disk', () => {
  it('tells of each step as it goes', async () => {
    const dir = await exported()
    const told: (readonly [step: RunStep, done: number, total: number])[] = []

    const { resources } = await convert(join(dir, 'export'), join(dir, 'out'), {
      onStep: (...step) => told.push(step),
    })

    expect([...new Set(told.map(([step]) => step))]).toEqual(
      runSteps.filter(step => step !== 'merge' && step !== 'compare'),
    )
    expect(told.at(-1)).toEqual(['place', resources.length, resources.length])
  })

  it('leaves nothing beside the handover', async () => {
    const dir = await exported()

    await convert(join(dir, 'export'), join(dir, 'out'))

    expect(await readdir(dir)).toEqual(['export', 'out'])
  })

  it('leaves nothing at all when it fails', async () => {
    const dir = await exported()
    const keys = await readdir(join(dir, 'export'), { recursive: true })
    const dataFile = keys.find(key => key.endsWith('.json.gz')) ?? ''
    await writeFile(join(dir, 'export', dataFile), 'no gzip')

    await expect(convert(join(dir, 'export'), join(dir, 'out'))).rejects.toThrow('cut short or damaged')

    expect(await readdir(dir)).toEqual(['export'])
  })

  it('takes an empty folder', async () => {
    const dir = await exported()
    await mkdir(join(dir, 'out'))

    await convert(join(dir, 'export'), join(dir, 'out'))

    expect((await verifyHandover(join(dir, 'out'), { jwks })).faults).toEqual([])
  })

  it('refuses a folder with no export, or with two', async () => {
    const dir = await exported()
    await cp(join(dir, 'export'), join(dir, 'another'), { recursive: true })

    await expect(convert(dir, join(dir, 'out'))).rejects.toThrow('2 exports below it, name one of them')
    await mkdir(join(dir, 'empty'))
    await writeFile(join(dir, 'letter.txt'), '')
    for (const name of ['empty', 'letter.txt', 'nowhere'])
      await expect(convert(join(dir, name), join(dir, 'out')), name).rejects.toThrow('no manifest-summary.json in it')
  })

  it('cuts what is too much for one file by wards, and hands over the same rows', async () => {
    const dir = await exported(80)

    const whole = await convert(join(dir, 'export'), join(dir, 'out'))
    const cut = await convert(join(dir, 'export'), join(dir, 'cut'), { unitRows: 3 })

    expect(cut.resources.length).toBeGreaterThan(whole.resources.length)
    expect(rowsByProvince(cut)).toEqual(rowsByProvince(whole))
    expect((await verifyHandover(join(dir, 'cut'), { jwks })).faults).toEqual([])
  })
})

function rowsByProvince({ resources }: Manifest): ReadonlyMap<string, number> {
  const rows = new Map<string, number>()
  for (const resource of resources) {
    const key = `${resource['handover:dataset']} ${resource['handover:partition']?.province}`
    rows.set(key, (rows.get(key) ?? 0) + resource['handover:rowCount'])
  }
  return rows
}
