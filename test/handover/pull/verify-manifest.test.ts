import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestName, type Resource } from '../../../lambdas/handover/manifest.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { faultsIn, handoverCopies, listedFor, manifestIn, replaceManifest } from './handover-copy.ts'

const aHandover = handoverCopies()

describe('under a signature that holds,', () => {
  const escapes = [
    '../persons',
    '/etc/passwd',
    'persons/../../x',
    'persons/..',
    './x',
    'a/./b',
    '~/x',
    '.x',
    'a\\..\\b',
    'a\n/../../b',
    '',
  ]

  it.each(escapes)('the path %j is refused before it is followed', async path => {
    const dir = await aHandover()
    const manifest = await manifestIn(dir)
    const [first, ...others] = manifest.resources

    await replaceManifest(dir, { ...manifest, resources: [{ ...(first as Resource), path }, ...others] })

    expect(await faultsIn(dir)).toEqual([{ file: manifestName, fault: 'malformed' }])
  })

  it('a manifest that is none is refused', async () => {
    const dir = await aHandover()

    await replaceManifest(dir, { name: 'another' } as never)

    expect(await faultsIn(dir)).toEqual([{ file: manifestName, fault: 'malformed' }])
  })

  it('a file is counted by its own footer', async () => {
    const dir = await aHandover()
    const manifest = await manifestIn(dir)
    const [first, ...others] = manifest.resources as [Resource, ...Resource[]]
    const { 'handover:rowCount': rows, 'handover:dataset': dataset, path: file } = first
    const total = manifest.handover.totals[dataset as 'cards'] ?? { rows: 0, files: 0, bytes: 0 }
    const totals = { ...manifest.handover.totals, [dataset]: { ...total, rows: total.rows + 1 } }

    await replaceManifest(dir, {
      ...manifest,
      resources: [{ ...first, 'handover:rowCount': rows + 1 }, ...others],
      handover: { ...manifest.handover, totals },
    })

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'wrong-rows' }])
  })

  it('a file that is no Parquet is named', async () => {
    const dir = await aHandover()
    const manifest = await manifestIn(dir)
    const resources = manifest.resources.map(resource =>
      resource['handover:dataset'] === 'exceptions'
        ? { ...resource, bytes: 4, hash: `sha256:${sha256Hex('PAR1')}` }
        : resource,
    )
    const [file = ''] = await listedFor(dir, 'exceptions')

    await writeFile(join(dir, file), 'PAR1')
    await replaceManifest(dir, { ...manifest, resources })

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'not-parquet' }])
  })

  it.each(['rows', 'files', 'bytes'] as const)('totals that do not add up in %s are named', async what => {
    const dir = await aHandover()
    const manifest = await manifestIn(dir)
    const { persons = { rows: 0, files: 0, bytes: 0 }, ...others } = manifest.handover.totals
    const totals = { ...others, persons: { ...persons, [what]: persons[what] + 1 } }

    await replaceManifest(dir, { ...manifest, handover: { ...manifest.handover, totals } })

    expect(await faultsIn(dir)).toEqual([{ file: manifestName, fault: 'wrong-totals' }])
  })

  it('a dataset without a total, and exceptions that do not add up, are named', async () => {
    const dir = await aHandover()
    const manifest = await manifestIn(dir)
    const { persons: _, ...totals } = manifest.handover.totals
    const wrong = [{ file: manifestName, fault: 'wrong-totals' }]

    await replaceManifest(dir, { ...manifest, handover: { ...manifest.handover, totals } })
    expect(await faultsIn(dir)).toEqual(wrong)

    await replaceManifest(dir, { ...manifest, handover: { ...manifest.handover, exceptions: 1 } })
    expect(await faultsIn(dir)).toEqual(wrong)
  })
})
