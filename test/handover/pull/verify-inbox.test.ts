import { cp, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { manifestName } from '../../../lambdas/handover/manifest.ts'
import { enrol, readJwks, saveSeen } from '../../../lambdas/handover/pull/trust-files.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { lockState } from '../../../local/stack/state-lock.ts'
import { runBangiao } from '../../command.ts'
import { folder } from '../../local/service.ts'
import { type Received, receivedChains } from './received.ts'

const aReceivedChain = receivedChains()

describe('an inbox', () => {
  it('is proven whole, with what is still being pulled left out', async () => {
    const received = await aReceivedChain()
    await mkdir(join(received.inbox, '000000000004.part'))
    await lockState(received.inbox)

    expect(await verify(received)).toEqual({
      code: 0,
      document: {
        ok: true,
        faults: [],
        rollbackChecked: false,
        sequences: [1, 2, 3],
        changeSets: [2, 3],
        previous: null,
      },
    })
    expect(await verifyInText(received)).not.toContain('the first here')
  })

  it('in which nothing lies proves nothing', async () => {
    const received = await aReceivedChain()
    await rm(received.inbox, { recursive: true })
    await mkdir(join(received.inbox, 'changes'), { recursive: true })

    expect(await verify(received)).toMatchObject({
      code: 1,
      document: { ok: false, faults: [{ file: 'datapackage.json', fault: 'missing' }] },
    })
  })

  it('that begins in the middle of the chain is proven, and what its first one follows is said', async () => {
    const received = await aReceivedChain()
    await rm(received.at('snapshots', 1), { recursive: true })

    expect(await verify(received)).toMatchObject({
      code: 0,
      document: { ok: true, faults: [], sequences: [2, 3], previous: 1 },
    })
    expect(await verifyInText(received)).toContain(
      '  handover 2 is the first here, and follows handover 1, which is not here\n',
    )
  })

  const spoilt: readonly [that: string, spoil: (received: Received) => Promise<void>, fault: object][] = [
    [
      'a handover lost',
      one => rm(one.at('snapshots', 2), { recursive: true }),
      { file: '000000000003/datapackage.json', fault: 'link-missing' },
    ],
    [
      'a handover twice',
      one => cp(one.at('snapshots', 2), join(one.inbox, 'copy'), { recursive: true }),
      { file: 'copy/datapackage.json', fault: 'link-repeated' },
    ],
    [
      'two in each other’s place',
      async one => {
        await rename(one.at('snapshots', 2), join(one.inbox, 'aside'))
        await rename(one.at('snapshots', 3), one.at('snapshots', 2))
        await rename(join(one.inbox, 'aside'), one.at('snapshots', 3))
      },
      { file: '000000000002/datapackage.json', fault: 'link-reordered' },
    ],
    [
      'a file spoilt',
      one => writeFile(join(one.at('changes', 3), 'datapackage.json'), '{}'),
      { file: 'changes/000000000003/datapackage.json.jws', fault: 'wrong-signature' },
    ],
    [
      'something that nobody sent',
      one => writeFile(join(one.inbox, 'notes.txt'), 'x'),
      { file: 'notes.txt', fault: 'not-listed' },
    ],
  ]

  it.each(spoilt)('with %s is not', async (_, spoil, fault) => {
    const received = await aReceivedChain()
    await spoil(received)

    const { code, document } = await verify(received)

    expect(code).toBe(1)
    expect(document.faults).toContainEqual(fault)
  })
})

async function verify({ inbox, jwksFile }: Received) {
  const { code, stdout } = await runBangiao(inbox, 'verify', inbox, '--jwks', jwksFile, '--json')
  return { code, document: JSON.parse(stdout) as { readonly faults: readonly object[] } }
}

async function verifyInText({ inbox, jwksFile }: Received) {
  return (await runBangiao(inbox, 'verify', inbox, '--jwks', jwksFile)).stdout
}

it('an inbox with a file in the place of its change sets is not proven', async () => {
  const received = await aReceivedChain()
  await rm(join(received.inbox, 'changes'), { recursive: true })
  await writeFile(join(received.inbox, 'changes'), '')

  expect((await verify(received)).code).not.toBe(0)
})

describe('where no recipient is named, whose keys are tried by themselves,', () => {
  it('an empty folder lacks its manifest', async () => {
    const dir = await folder()
    const { code, stdout } = await runBangiao(dir, 'verify', dir, '--json')
    expect({ code, document: JSON.parse(stdout) }).toMatchObject({
      code: 1,
      document: { ok: false, faults: [{ file: manifestName, fault: 'missing' }] },
    })
  })

  it('a manifest is proven by nobody’s', async () => {
    const received = await aReceivedChain()
    const manifest = join(received.at('snapshots', 1), manifestName)
    await writeFile(manifest, (await readFile(manifest, 'utf8')).replace('"recipient": "moh"', '"recipient": "../moh"'))
    const { code, stdout } = await runBangiao(received.inbox, 'verify', received.at('snapshots', 1), '--json')
    expect({ code, document: JSON.parse(stdout) }).toMatchObject({ code: 1, document: { ok: false } })
  })

  it('one whose recipient has enrolled no keys is refused, with what to do', async () => {
    const received = await aReceivedChain()
    const { code, stdout } = await runBangiao(received.inbox, 'verify', received.inbox, '--json')
    expect({ code, document: JSON.parse(stdout) }).toMatchObject({
      code: 1,
      document: { error: { code: 'no-trusted-keys' } },
    })
  })
})

it('a change set alone is no link of the chain: nothing tells whether it was rolled back', async () => {
  const received = await aReceivedChain()
  const proven = { code: 0, document: { ok: true, faults: [], rollbackChecked: false } }
  expect(await verifySeen(received, 'changes/000000000002')).toEqual(proven)
})

describe('an older handover, when a later one was seen', () => {
  const older = '000000000001/'
  const rollback = { code: 1, document: { faults: [{ file: 'datapackage.json', fault: 'older-than-seen' }] } }

  it('is proven where those that follow lie beside it', async () => {
    const received = await aReceivedChain()
    expect(await verifySeen(received, older)).toMatchObject({
      code: 0,
      document: { ok: true, faults: [], rollbackChecked: true },
    })
  })

  it('is a rollback where one of them is missing', async () => {
    const received = await aReceivedChain()
    await rm(received.at('snapshots', 2), { recursive: true })
    expect(await verifySeen(received, older)).toMatchObject(rollback)
  })

  it('is a rollback where they lie elsewhere', async () => {
    const received = await aReceivedChain()
    await cp(received.at('snapshots', 1), join(received.inbox, 'elsewhere/1'), { recursive: true })
    expect(await verifySeen(received, 'elsewhere/1')).toMatchObject(rollback)
  })
})

/** As by who has seen the newest. */
async function verifySeen({ inbox, jwksFile, handovers, at }: Received, folder: string) {
  const trustDir = join(inbox, '../state/trust/moh')
  await enrol(trustDir, await readJwks(jwksFile))
  const newest = await readFile(join(at('snapshots', 3), 'datapackage.json'))
  await saveSeen(trustDir, { sequence: handovers.length, sha256: sha256Hex(newest) })
  const { code, stdout } = await runBangiao(
    join(inbox, '..'),
    'verify',
    join(inbox, folder),
    '--state',
    'state',
    '--json',
  )
  return { code, document: JSON.parse(stdout) as object }
}
