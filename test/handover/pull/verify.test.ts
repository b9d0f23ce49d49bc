import { cp, mkdir, readFile, rename, rm, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { listedFiles, manifestName, signatureName } from '../../../lambdas/handover/manifest.ts'
import { type VerifyFault, verifyHandover } from '../../../lambdas/handover/pull/verify-files.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { flipped } from '../bytes.ts'
import { jwks } from '../convert/conversion.ts'
import { faultsIn, handoverCopies, listedFor, manifestIn } from './handover-copy.ts'

const aHandover = handoverCopies()

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
      found: listedFiles(manifest).map(({ bytes: _, ...file }) => file),
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
    const [file = ''] = await listedFor(dir, dataset)

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
    const [one = '', another = ''] = await listedFor(dir, 'persons')

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
    const [file = ''] = await listedFor(dir, dataset)

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
    const [file = ''] = await listedFor(dir, 'cards')

    await writeFile(join(dir, file), (await readFile(join(dir, file))).subarray(1))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'wrong-size' }])
  })

  it('one that a link stands for is named, since it may lead elsewhere once it is proven', async () => {
    const dir = await aHandover()
    const [file = ''] = await listedFor(dir, 'persons')

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
    const [file = ''] = await listedFor(dir, 'exceptions')

    await rm(join(dir, file))
    await mkdir(join(dir, file))

    expect(await faultsIn(dir)).toEqual([{ file, fault: 'not-a-file' }])
  })

  it('those whose folder is a file are named', async () => {
    const dir = await aHandover()
    const [file = ''] = await listedFor(dir, 'exceptions')

    await rm(join(dir, 'exceptions'), { recursive: true })
    await writeFile(join(dir, 'exceptions'), '')

    expect(await faultsIn(dir)).toEqual([
      { file, fault: 'missing' },
      { file: 'exceptions', fault: 'not-listed' },
    ])
  })

  it('all that were damaged are named at once', async () => {
    const dir = await aHandover()
    const [changed = ''] = await listedFor(dir, 'cards')
    const [gone = ''] = await listedFor(dir, 'households')

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
