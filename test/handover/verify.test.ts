import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestName, type Resource, sha256Hex, signatureName } from '../../lambdas/handover/manifest.ts'
import { type FileFault, type VerifyFault, verifyHandover } from '../../lambdas/handover/verify-files.ts'
import { flipped } from './bytes.ts'
import { jwks } from './conversion.ts'
import { handoverCopies, manifestIn, replaceManifest } from './handover-copy.ts'

const aHandover = handoverCopies()

async function faultsIn(dir: string): Promise<readonly FileFault[]> {
  return (await verifyHandover(dir, { jwks })).faults
}

async function listed(dir: string, dataset: Resource['handover:dataset']): Promise<readonly string[]> {
  const { resources } = await manifestIn(dir)
  return resources.filter(resource => resource['handover:dataset'] === dataset).map(({ path }) => path)
}

async function flip(path: string) {
  const bytes = await readFile(path)
  await writeFile(path, flipped(bytes, Math.floor(bytes.length / 2)))
}

describe('a handover as it was published', () => {
  it('is proven', async () => {
    const dir = await aHandover()
    const manifest = await manifestIn(dir)

    expect(await verifyHandover(dir, { jwks })).toEqual({
      faults: [],
      manifest,
      link: { sequence: 0, sha256: sha256Hex(await readFile(join(dir, manifestName))) },
    })
  })

  it('is told file by file as it is proven', async () => {
    const dir = await aHandover()
    const { resources, handover } = await manifestIn(dir)
    const heard: (readonly [done: number, of: number])[] = []

    await verifyHandover(dir, { jwks }, (done, of) => heard.push([done, of]))

    const files = resources.length + handover.schemas.length
    expect(heard).toEqual(Array.from({ length: files }, (_, index) => [index + 1, files]))
  })
})

describe('one flipped bit is found in', () => {
  it.each(['households', 'persons', 'cards', 'eligibility', 'exceptions'] as const)('a file of %s', async dataset => {
    const dir = await aHandover()
    const [file = ''] = await listed(dir, dataset)

    await flip(join(dir, file))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'wrong-hash' }])
  })

  it.each(['households', 'persons', 'cards', 'eligibility', 'exceptions'])('the schema of %s', async name => {
    const dir = await aHandover()
    const file = `schemas/${name}.json`

    await flip(join(dir, file))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'wrong-hash' }])
  })

  it('the manifest', async () => {
    const dir = await aHandover()

    await flip(join(dir, manifestName))

    expect(await faultsIn(dir)).toEqual([{ file: signatureName, fault: 'wrong-signature' }])
  })

  it('the signature, at every place of it', async () => {
    const dir = await aHandover()
    const jws = await readFile(join(dir, signatureName))
    const seen: VerifyFault[] = []
    for (let at = 0; at < jws.length; at++) {
      await writeFile(join(dir, signatureName), flipped(jws, at))
      const [fault] = await faultsIn(dir)
      expect([at, fault?.file]).toEqual([at, signatureName])
      seen.push(fault?.fault as VerifyFault)
    }
    expect([...new Set(seen)].sort()).toEqual(['signature-malformed', 'unknown-key', 'wrong-signature'])
  })
})

describe('a signature', () => {
  it('counts in one spelling alone, although the last character has bits to spare', async () => {
    const dir = await aHandover()
    const jws = await readFile(join(dir, signatureName), 'utf8')
    const alphabet = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
    const last = alphabet[alphabet.indexOf(jws.at(-1) as string) + 1]

    await writeFile(join(dir, signatureName), `${jws.slice(0, -1)}${last}`)

    expect(await faultsIn(dir)).toEqual([{ file: signatureName, fault: 'signature-malformed' }])
  })
})

describe('of the files,', () => {
  it('two that were swapped are named', async () => {
    const dir = await aHandover()
    const [one = '', another = ''] = await listed(dir, 'persons')

    await rename(join(dir, one), join(dir, 'aside'))
    await rename(join(dir, another), join(dir, one))
    await rename(join(dir, 'aside'), join(dir, another))

    const fault = expect.stringMatching(/^wrong-(size|hash)$/)
    expect(await faultsIn(dir)).toEqual([
      { file: one, fault },
      { file: another, fault },
    ])
  })

  it.each(['persons', 'exceptions'] as const)('one of %s that was removed is named', async dataset => {
    const dir = await aHandover()
    const [file = ''] = await listed(dir, dataset)

    await rm(join(dir, file))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'missing' }])
  })

  it.each([manifestName, signatureName])('%s that was removed is named', async file => {
    const dir = await aHandover()

    await rm(join(dir, file))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'missing' }])
  })

  it.each(['persons/province=01/part-00009-0badf00d.parquet', '.hidden', 'schemas/another.json', 'a/b/c'])(
    '%s, which nobody listed, is named',
    async file => {
      const dir = await aHandover()

      await mkdir(join(dir, file, '..'), { recursive: true })
      await writeFile(join(dir, file), '')

      expect(await faultsIn(dir)).toEqual([{ file, fault: 'not-listed' }])
    },
  )

  it('one that was cut short is named', async () => {
    const dir = await aHandover()
    const [file = ''] = await listed(dir, 'cards')

    await writeFile(join(dir, file), (await readFile(join(dir, file))).subarray(1))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'wrong-size' }])
  })

  it('one that a link stands for is named, since it may lead elsewhere once it is proven', async () => {
    const dir = await aHandover()
    const [file = ''] = await listed(dir, 'persons')

    await rename(join(dir, file), join(dir, '../elsewhere'))
    await symlink(join(dir, '../elsewhere'), join(dir, file))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'not-a-file' }])
  })

  it.each([manifestName, signatureName])('%s that a link stands for is named', async file => {
    const dir = await aHandover()

    await rename(join(dir, file), join(dir, '../elsewhere'))
    await symlink(join(dir, '../elsewhere'), join(dir, file))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'not-a-file' }])
  })

  it('a folder that a link stands for is named', async () => {
    const dir = await aHandover()

    await rename(join(dir, 'persons'), join(dir, '../elsewhere'))
    await symlink(join(dir, '../elsewhere'), join(dir, 'persons'))

    expect(await faultsIn(dir)).toEqual([{ file: 'persons', fault: 'not-listed' }])
  })

  it('one in whose place a folder stands is named', async () => {
    const dir = await aHandover()
    const [file = ''] = await listed(dir, 'exceptions')

    await rm(join(dir, file))
    await mkdir(join(dir, file))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'not-a-file' }])
  })

  it('those whose folder is a file are named', async () => {
    const dir = await aHandover()
    const [file = ''] = await listed(dir, 'exceptions')

    await rm(join(dir, 'exceptions'), { recursive: true })
    await writeFile(join(dir, 'exceptions'), '')

    expect(await faultsIn(dir)).toEqual([
      { file, fault: 'missing' },
      { file: 'exceptions', fault: 'not-listed' },
    ])
  })

  it('all that were damaged are named at once', async () => {
    const dir = await aHandover()
    const [changed = ''] = await listed(dir, 'cards')
    const [gone = ''] = await listed(dir, 'households')

    await rm(join(dir, gone))
    await flip(join(dir, changed))
    await cp(join(dir, manifestName), join(dir, 'datapackage.json.bak'))

    expect(await faultsIn(dir)).toEqual([
      { file: changed, fault: 'wrong-hash' },
      { file: gone, fault: 'missing' },
      { file: 'datapackage.json.bak', fault: 'not-listed' },
    ])
  })
})

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
    const [file = ''] = await listed(dir, 'exceptions')

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
