import '../../registry/quiet.ts'
import { cp, mkdir, readdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { latestKey, readLatest } from '../../../lambdas/handover/latest.ts'
import type { Publication } from '../../../lambdas/handover/publication.ts'
import {
  loadMedium,
  type Medium,
  mediumTransport,
  owed,
  receiptsOn,
} from '../../../lambdas/handover/pull/medium-files.ts'
import { pull } from '../../../lambdas/handover/pull/pull-client.ts'
import { enrol } from '../../../lambdas/handover/pull/trust-files.ts'
import { settle } from '../../../lambdas/handover/recipients/settle-steps.ts'
import { thisMachine } from '../../../local/this-machine.ts'
import { folder } from '../../local/service.ts'
import { flipped } from '../bytes.ts'
import { jwks } from '../convert/conversion.ts'
import { publicationFacts } from '../publication.ts'
import { aScene, type Scene } from '../scene.ts'
import { handOver, noise } from './published-handover.ts'

describe('a medium', () => {
  it('carries handovers unchanged to a recipient without a line, and his receipts back', async () => {
    const { scene, medium, loaded } = await aLoadedMedium()
    await isUnchanged(scene, medium, loaded)

    const { handovers, heldReceipts } = await pullFrom(medium.dir)

    expect(handovers).toMatchObject([
      { verified: true, sequence: 1 },
      { verified: true, sequence: 2 },
    ])
    expect(heldReceipts).toEqual([])
    const receipts = await receiptsOn(medium)
    expect(receipts.map(({ sequence }) => sequence)).toEqual([1, 2])
    for (const receipt of receipts) expect(await settle(scene, receipt)).toMatchObject({ state: 'closed' })
    expect(await owedIn(scene)).toEqual([])
  })

  it('that was damaged on its way is not taken, and no receipt lies on it', async () => {
    const { medium } = await aLoadedMedium()
    await writeFile(join(medium.dir, 'moh/snapshots/000000000002/datapackage.json'), '{}')

    expect((await pullFrom(medium.dir)).handovers).toMatchObject([{ verified: false }])
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
    const handovers = await owedIn(scene)

    await expect(loadMedium(breaking, other, handovers, await latestIn(scene))).rejects.toThrow('pulled out')
    await expect(mediumTransport(other).latest()).rejects.toMatchObject({ reason: 'not-there' })
    await loadMedium(scene.published, other, handovers, await latestIn(scene))

    expect(await filesIn(other.dir)).toEqual(loaded)
  })

  it('is mended where bytes on it have changed, whatever their number, and what is whole stays', async () => {
    const { scene, medium, loaded } = await aLoadedMedium()
    const [damaged = '', whole = ''] = loaded
      .filter(path => path.endsWith('.parquet'))
      .map(path => join(medium.dir, path))
    const before = await stat(whole)
    await writeFile(damaged, flipped(await readFile(damaged), 50))
    for (const name of ['datapackage.json', 'datapackage.json.jws', 'schemas/persons.json'])
      await writeFile(join(medium.dir, 'moh/snapshots/000000000002', name), 'x')

    await loadMedium(scene.published, medium, await owedIn(scene), await latestIn(scene))

    expect((await stat(whole)).ino).toBe(before.ino)
    await isUnchanged(scene, medium, loaded)
  })

  it('is not said to hold what is no longer kept', async () => {
    const { scene, medium } = await aLoadedMedium()
    const other = { ...medium, dir: await folder() }
    const expired = {
      ...scene.published,
      list: async (prefix: string) => (prefix.endsWith('0001/') ? [] : scene.published.list(prefix)),
      get: async (key: string) => (key.includes('0001/') ? undefined : scene.published.get(key)),
    }

    expect(await loadMedium(expired, other, await owedIn(scene), await latestIn(scene))).toEqual({
      carried: [2],
      notKept: [1],
    })
    expect(await readdir(join(other.dir, 'moh/snapshots'))).toEqual(['000000000002'])
  })

  it('that cannot be written gives all it has, and the recipient keeps the receipts for another way', async () => {
    const { scene, medium } = await aLoadedMedium()
    await writeFile(join(medium.dir, 'moh/receipts'), 'a file where the folder must be')
    const recipient = await aRecipient()

    const { handovers, heldReceipts } = await pullFrom(medium.dir, recipient)
    expect(handovers).toMatchObject([{ verified: true }, { verified: true }])
    expect(heldReceipts).toMatchObject([{ sequence: 1 }, { sequence: 2 }])

    await rm(join(medium.dir, 'moh/receipts'))
    expect(await pullFrom(medium.dir, recipient)).toMatchObject({ handovers: [], heldReceipts: [] })
    for (const receipt of await receiptsOn(medium))
      expect(await settle(scene, receipt)).toMatchObject({ state: 'closed' })
  })

  it('that is not there, or is for somebody else, is no success, and no receipt is put into its place', async () => {
    const recipient = await aRecipient()
    const { medium } = await aLoadedMedium()
    await writeFile(join(medium.dir, 'moh/receipts'), 'a file where the folder must be')
    await pullFrom(medium.dir, recipient)

    for (const dir of [join(await folder(), 'unplugged'), await folder()]) {
      await expect(pullFrom(dir, recipient)).rejects.toMatchObject({
        code: 'transport',
        message: expect.stringContaining('has no moh/latest.json'),
      })
      expect(await readdir(dir).catch(() => [])).toEqual([])
    }
  })
})

describe('a link on a medium is not followed', () => {
  const readers: readonly [link: string, to: string][] = [
    ['moh/latest.json', '/dev/zero'],
    ['moh/snapshots/000000000002/datapackage.json', '/dev/zero'],
    ['moh/snapshots', 'elsewhere'],
    ['moh', 'elsewhere'],
  ]

  it.each(readers)('by its reader, at %s', async (link, to) => {
    const { medium } = await aLoadedMedium()
    const path = join(medium.dir, link)
    const elsewhere = join(await folder(), 'copy')
    await cp(path, elsewhere, { recursive: true })
    await rm(path, { recursive: true })
    await symlink(to === 'elsewhere' ? elsewhere : to, path)

    await expect(pullFrom(medium.dir)).rejects.toMatchObject({
      code: 'unsafe-medium',
      message: `${path} is a symbolic link; take it off the medium`,
    })
  })

  it('by who takes the receipts off it', async () => {
    const { medium } = await aLoadedMedium()
    await mkdir(join(medium.dir, 'moh/receipts'))
    await symlink('/etc/hostname', join(medium.dir, 'moh/receipts/000000000001-00000000.json'))
    await expect(receiptsOn(medium)).rejects.toMatchObject({ code: 'unsafe-medium' })
  })

  it('by who writes to it: neither a file nor a folder elsewhere changes', async () => {
    const { scene, medium } = await aLoadedMedium()
    const elsewhere = await folder()
    const file = join(elsewhere, 'file')
    await writeFile(file, 'kept')
    const load = async (dir: string) =>
      loadMedium(scene.published, { ...medium, dir }, await owedIn(scene), await latestIn(scene))

    await symlink(file, join(medium.dir, 'moh/latest.json.part'))
    await load(medium.dir)
    expect(await readFile(file, 'utf8')).toBe('kept')

    const others = await folder()
    await mkdir(join(others, 'moh'))
    await symlink(elsewhere, join(others, 'moh/snapshots'))
    await expect(load(others)).rejects.toMatchObject({ code: 'unsafe-medium' })
    expect(await readdir(elsewhere)).toEqual(['file'])
  })

  it('by the receipt that is put onto it', async () => {
    const { medium } = await aLoadedMedium()
    const elsewhere = await folder()
    const file = join(elsewhere, 'file')
    await writeFile(file, 'kept')
    await pullFrom(medium.dir)
    const receipts = join(medium.dir, 'moh/receipts')
    for (const name of await readdir(receipts)) {
      await rm(join(receipts, name))
      await symlink(file, join(receipts, `${name}.part`))
    }

    await pullFrom(medium.dir)

    expect(await readFile(file, 'utf8')).toBe('kept')
    expect(await receiptsOn(medium)).toHaveLength(2)
  })
})

it('what is owed follows the newest handover that was settled, up to the one that latest.json names', () => {
  const publication = (sequence: number, state: Publication['state']) =>
    ({ state, facts: publicationFacts({ sequence, manifestSha256: sha256Of(sequence) }) }) as Publication
  const sha256Of = (sequence: number) => String(sequence).repeat(64)
  const all = [publication(5, 'prepared'), publication(4, 'announced'), publication(3, 'disputed')]
  const sequences = (publications: readonly Publication[], newest = 4) =>
    owed(publications, { sequence: newest, sha256: sha256Of(newest) }).map(({ sequence }) => sequence)
  expect(sequences(all)).toEqual([3, 4])
  expect(sequences(all, 5)).toEqual([3, 4, 5])
  expect(sequences(all, 3)).toEqual([3])
  expect(sequences([publication(5, 'announced'), publication(4, 'prepared')], 5)).toEqual([5])
  expect(sequences([...all, publication(2, 'closed'), publication(1, 'announced')])).toEqual([3, 4])
  expect(sequences([publication(2, 'closed')])).toEqual([])
})

async function aLoadedMedium() {
  const scene = await aScene()
  const files = () => [noise('households', '01', 2000), noise('persons', '79', 5000)]
  await handOver(scene, files())
  await handOver(scene, files(), [noise('persons', '79', 500)])
  const medium = { dir: await folder(), recipient: 'moh' }
  await loadMedium(scene.published, medium, await owedIn(scene), await latestIn(scene))
  return { scene, medium, loaded: await filesIn(medium.dir) }
}

async function latestIn({ published }: Scene): Promise<Uint8Array> {
  return (await published.get(latestKey('moh')))?.bytes as Uint8Array
}

async function owedIn(scene: Scene) {
  const { sequence, manifestSha256 } = readLatest(await latestIn(scene))
  return owed(await scene.ledger.publications('moh'), { sequence, sha256: manifestSha256 })
}

async function isUnchanged({ published }: Scene, { dir }: Medium, loaded: readonly string[]) {
  for (const key of loaded)
    expect(await readFile(join(dir, key)), key).toEqual(Buffer.from((await published.get(key))?.bytes ?? []))
}

async function aRecipient() {
  const [dir, trustDir] = [await folder(), await folder()]
  await enrol(trustDir, jwks)
  return { dir, trustDir }
}

async function pullFrom(dir: string, recipient?: Awaited<ReturnType<typeof aRecipient>>) {
  return pull({
    ...thisMachine,
    ...(recipient ?? (await aRecipient())),
    recipient: 'moh',
    transport: mediumTransport({ dir, recipient: 'moh' }),
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
