import '../../registry/quiet.ts'
import { readdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import type { Publication } from '../../../lambdas/handover/publication.ts'
import { loadMedium, mediumTransport, owed, receiptsOn } from '../../../lambdas/handover/pull/medium-files.ts'
import { pull } from '../../../lambdas/handover/pull/pull-client.ts'
import { enrol } from '../../../lambdas/handover/pull/trust-files.ts'
import { settle } from '../../../lambdas/handover/recipients/settle-steps.ts'
import { thisMachine } from '../../../local/this-machine.ts'
import { folder } from '../../local/service.ts'
import { jwks } from '../convert/conversion.ts'
import { publicationFacts } from '../publication.ts'
import { aScene } from '../scene.ts'
import { handOver, noise } from './published-handover.ts'

describe('a medium', () => {
  it('carries handovers unchanged to a recipient without a line, and his receipts back', async () => {
    const { scene, medium, loaded } = await aLoadedMedium()
    for (const key of loaded) {
      const published = await scene.published.get(key)
      expect(await readFile(join(medium.dir, key)), key).toEqual(Buffer.from(published?.bytes ?? []))
    }

    const pulled = await pullFrom(medium.dir)

    expect(pulled).toMatchObject([
      { verified: true, sequence: 1 },
      { verified: true, sequence: 2 },
    ])
    const receipts = await receiptsOn(medium)
    expect(receipts.map(({ sequence }) => sequence)).toEqual([1, 2])
    for (const receipt of receipts) expect(await settle(scene, receipt)).toMatchObject({ state: 'closed' })
    expect(owed(await scene.ledger.publications('moh'))).toEqual([])
  })

  it('that was damaged on its way is not taken, and no receipt lies on it', async () => {
    const { medium } = await aLoadedMedium()
    await writeFile(join(medium.dir, 'moh/snapshots/000000000002/datapackage.json'), '{}')

    expect(await pullFrom(medium.dir)).toMatchObject([{ verified: false }])
    expect(await receiptsOn(medium)).toEqual([])
  })

  it('goes on from where its loading was interrupted, and its latest.json comes last', async () => {
    const { scene, medium, loaded } = await aLoadedMedium()
    const other = { ...medium, dir: await folder() }
    let left = 3
    const breaking = {
      ...scene.published,
      async read(key: string) {
        if (left-- === 0) throw new Error('pulled out')
        return scene.published.read(key)
      },
    }
    const handovers = owed(await scene.ledger.publications('moh'))

    await expect(loadMedium(breaking, other, handovers)).rejects.toThrow('pulled out')
    expect(await mediumTransport(other).latest()).toBe(undefined)
    await loadMedium(scene.published, other, handovers)

    expect(await filesIn(other.dir)).toEqual(loaded)
  })

  it('that cannot be written says so, and the recipient keeps the receipt for another way', async () => {
    const { medium } = await aLoadedMedium()
    await writeFile(join(medium.dir, 'moh/receipts'), 'a file where the folder must be')

    await expect(pullFrom(medium.dir)).rejects.toMatchObject({ code: 'transport', reason: 'refused' })
  })
})

it('what is owed follows the newest handover that was settled', () => {
  const publication = (sequence: number, state: Publication['state']) =>
    ({ state, facts: publicationFacts({ sequence }) }) as Publication
  const all = [publication(5, 'prepared'), publication(4, 'announced'), publication(3, 'disputed')]
  const sequences = (publications: readonly Publication[]) => owed(publications).map(({ sequence }) => sequence)
  expect(sequences(all)).toEqual([3, 4])
  expect(sequences([...all, publication(2, 'closed'), publication(1, 'announced')])).toEqual([3, 4])
  expect(sequences([publication(2, 'closed')])).toEqual([])
})

async function aLoadedMedium() {
  const scene = await aScene()
  const files = () => [noise('households', '01', 2000), noise('persons', '79', 5000)]
  await handOver(scene, files())
  await handOver(scene, files(), [noise('persons', '79', 500)])
  const medium = { dir: await folder(), recipient: 'moh' }
  await loadMedium(scene.published, medium, owed(await scene.ledger.publications('moh')))
  return { scene, medium, loaded: await filesIn(medium.dir) }
}

async function pullFrom(dir: string) {
  const [to, trustDir] = [await folder(), await folder()]
  await enrol(trustDir, jwks)
  return pull({
    ...thisMachine,
    recipient: 'moh',
    transport: mediumTransport({ dir, recipient: 'moh' }),
    dir: to,
    trustDir,
    withChanges: true,
  })
}

async function filesIn(dir: string): Promise<readonly string[]> {
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => entry.isFile())
    .map(entry => join(entry.parentPath, entry.name).slice(dir.length + 1))
    .sort()
}
