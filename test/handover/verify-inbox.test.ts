import { cp, mkdir, rename, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { runBangiao } from '../command.ts'
import { type Received, receivedChains } from './received.ts'

const aReceivedChain = receivedChains()

describe('an inbox', () => {
  it('is proven whole, with what is still being pulled left out', async () => {
    const received = await aReceivedChain()
    await mkdir(join(received.inbox, '000000000004.part'))

    expect(await verify(received)).toEqual({
      code: 0,
      document: { ok: true, faults: [], rollbackChecked: false, sequences: [1, 2, 3], changeSets: [2, 3] },
    })
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
