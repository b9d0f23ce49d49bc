import { existsSync } from 'node:fs'
import { readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { DuckDBInstance } from '@duckdb/node-api'
import { describe, expect, it } from 'vitest'
import { agreements } from '../../lambdas/handover/agreements.ts'
import { dayInVietnam } from '../../lambdas/registry/day.ts'
import { writeNationExport } from '../../local/nation/export-directory.ts'
import { askBangiao, runBangiao } from '../command.ts'
import { folder } from '../local/service.ts'
import { documented } from './documented.ts'
import { itemsOf } from './export-items.ts'

interface Demo {
  readonly stateDir: string
  readonly exportDir: string
  readonly pulledDir: string
  readonly sequence: number
  readonly generated: Readonly<Record<string, number>>
  readonly rows: Readonly<Record<string, number>>
  readonly verified: boolean
  readonly check: { readonly valid: boolean }
  readonly desk: { readonly agree: boolean }
  readonly delta: {
    readonly sequence: number
    readonly pulledDir: string
    readonly changesDir: string
    readonly appliedDir: string
    readonly changes: Readonly<Record<string, Readonly<Record<'inserts' | 'updates' | 'deletes', number>>>>
    readonly rows: Readonly<Record<string, number>>
    readonly proven: boolean
  }
}

describe('npm run demo', () => {
  it('does the whole main job, and what it left behind holds on its own', async () => {
    const home = await folder()
    const { stdout, stderr } = await runBangiao(home, 'demo', '--people', '400', '--json')
    const demo: Demo = JSON.parse(stdout)
    const uncounted = stderr.split('\n').filter(line => line && !/ s {2}[0-9]/.test(line))
    expect(uncounted.map(titleOf)).toEqual(['export', 'export'])
    expect(stderr.split('\n').map(titleOf)).toEqual(
      expect.arrayContaining(['send the receipt', 'ask online', 'ask the gateway', 'ask the pack']),
    )
    expect(demo).toMatchObject({ sequence: 1, verified: true, check: { valid: true }, desk: { agree: true } })
    expect(Object.keys(demo).sort()).toEqual(await documented('demo'))
    expect(demo.rows).toEqual(demo.generated)
    expect(demo.rows).toMatchObject({ persons: 400, eligibility: 400 })
    expect(demo.pulledDir.startsWith(demo.stateDir)).toBe(true)

    // The generator's own export stands for one that went through the registry.
    const shortcut = join(home, 'shortcut')
    await writeNationExport({ people: 400, seed: 1, today: dayInVietnam(new Date()) }, { dir: shortcut, files: 2 })
    expect(await itemsOf(demo.exportDir)).toEqual(await itemsOf(shortcut))

    // A reader of its own, over the folder and nothing else.
    for (const [dataset, rows] of Object.entries(demo.rows)) {
      expect(await countRows(join(demo.pulledDir, dataset))).toBe(rows)
    }
    const verified = await askBangiao<object>(home, 'verify', demo.pulledDir)
    expect(verified).toEqual({ ok: true, faults: [], rollbackChecked: true })
    expect(Object.keys(verified).sort()).toEqual(await documented('verify'))

    const { delta } = demo
    expect(delta).toMatchObject({ sequence: 2, proven: true })
    for (const [dataset, rows] of Object.entries(delta.rows)) {
      expect(await countRows(join(delta.pulledDir, dataset))).toBe(rows)
      expect(await countRows(join(delta.appliedDir, dataset))).toBe(rows)
      const { inserts = 0, updates = 0, deletes = 0 } = delta.changes[dataset] ?? {}
      expect(rows).toBe((demo.rows[dataset] ?? 0) + inserts - deletes)
      expect(await countRows(join(delta.changesDir, dataset))).toBe(inserts + updates + deletes)
    }
    expect(await askBangiao(home, 'verify', dirname(demo.pulledDir))).toMatchObject({
      ok: true,
      sequences: [1, 2],
      changeSets: [2],
    })

    const again = await askBangiao<{ rows: unknown; outDir: string }>(
      home,
      'convert',
      demo.exportDir,
      '--to',
      'converted',
    )
    expect(again.rows).toEqual(demo.rows)
    expect(Object.keys(again).sort()).toEqual(await documented('convert'))

    for (const { recipient, datasets, mode } of agreements.filter(({ recipient }) => recipient !== 'moh')) {
      const byMedium = mode === 'packaged-media'
      const medium = ['--recipient', recipient, '--to', 'medium']
      if (byMedium) expect(await askBangiao(home, 'carry', ...medium)).toMatchObject({ carried: [1, 2], settled: [] })
      const own = await askBangiao<{ dir: string; receipt: { rows: object } }>(
        home,
        ...['pull', '--recipient', recipient, '--to', recipient, ...(byMedium ? ['--from', 'medium'] : [])],
      )
      expect(Object.keys(own.receipt.rows)).toEqual(Object.keys(datasets))
      expect(await askBangiao(home, 'verify', own.dir)).toMatchObject({ ok: true, rollbackChecked: true })
      if (!byMedium) continue
      const back = await askBangiao<{ settled: object[] }>(home, 'carry', ...medium)
      expect(back).toMatchObject({ carried: [], settled: [{ state: 'closed' }, { state: 'closed' }] })
      expect(Object.keys(back).sort()).toEqual(await documented('carry'))
    }

    const second = await askBangiao<object>(home, 'export')
    expect(second).toMatchObject({ status: 'SUCCEEDED' })
    expect(Object.keys(second).sort()).toEqual(await documented('export'))
    const pulled = await askBangiao<{ dir: string }>(home, 'pull', '--recipient', 'moh', '--to', 'inbox')
    expect(pulled).toMatchObject({ sequence: 3, verified: true, receipt: { rows: delta.rows } })
    expect(Object.keys(pulled).sort()).toEqual(await documented('pull'))
    const manifest = JSON.parse(await readFile(join(pulled.dir, 'datapackage.json'), 'utf8'))
    expect(manifest.handover.previous.sequence).toBe(2)

    const older = await runBangiao(home, 'verify', demo.pulledDir)
    expect(older.code).toBe(1)
    expect(older.stdout).toContain('older-than-seen')

    const damaged = join(pulled.dir, manifest.resources[0].path)
    const bytes = await readFile(damaged)
    bytes[bytes.length >> 1] = (bytes[bytes.length >> 1] as number) ^ 1
    await writeFile(damaged, bytes)
    expect(await askBangiao(home, 'verify', pulled.dir)).toMatchObject({
      ok: false,
      faults: [{ file: manifest.resources[0].path, fault: 'wrong-hash' }],
    })
  })

  it('takes no registry away that it did not make, whose first delta is a full handover', async () => {
    const home = await folder()
    expect(await runBangiao(home, 'export', '--delta')).toMatchObject({
      code: 0,
      stdout: expect.stringMatching(/^ {2}✓ handover 1, full, since a delta could not be taken: no-base \(/),
    })
    const demo = await runBangiao(home, 'demo', '--people', '100')
    expect(demo.code).toBe(2)
    expect(demo.stderr).toContain('name another folder with --state')
  })
})

function titleOf(line: string): string {
  return line.split(' · ')[0]?.trim() ?? ''
}

async function countRows(dir: string): Promise<number> {
  if (!existsSync(dir)) return 0
  const database = await DuckDBInstance.create()
  const connection = await database.connect()
  const [row] = (
    await connection.runAndReadAll(`SELECT count(*)::INTEGER AS rows FROM '${dir}/*/*.parquet'`)
  ).getRowObjectsJS()
  connection.closeSync()
  database.closeSync()
  return row?.rows as number
}
