import { describe, expect, it } from 'vitest'
import { sequenceText } from '../../../lambdas/handover/manifest.ts'
import { chainFaults, type Linked, type PlaceFault } from '../../../lambdas/handover/pull/chain-faults.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'

const first = linked(1, undefined)
const second = linked(4, first)
const third = linked(5, second)
const chain = [first, second, third]

const spoilt: readonly [that: string, snapshots: readonly Linked[], faults: readonly PlaceFault[]][] = [
  ['is whole, whatever numbers were skipped', chain, []],
  ['lost its beginning', [second, third], []],
  ['lies in any order', [third, first, second], []],
  ['lacks a link', [first, third], [{ folder: sequenceText(5), fault: 'link-missing' }]],
  [
    'has a link twice',
    [...chain, { ...third, folder: 'copy' }],
    [
      { folder: 'copy', fault: 'link-reordered' },
      { folder: 'copy', fault: 'link-repeated' },
    ],
  ],
  [
    'has two links of one number',
    [...chain, linked(5, second, 'another fifth')],
    [{ folder: sequenceText(5), fault: 'link-forked' }],
  ],
  ['has two links that follow one', [...chain, linked(6, second)], [{ folder: sequenceText(6), fault: 'link-forked' }]],
  [
    'follows another link of the number',
    [first, linked(4, first, 'another fourth'), third],
    [{ folder: sequenceText(5), fault: 'link-forked' }],
  ],
  ['begins twice', [first, linked(2, undefined)], [{ folder: sequenceText(2), fault: 'link-forked' }]],
  [
    'has two links in each other’s place',
    [first, { ...second, folder: third.folder }, { ...third, folder: second.folder }],
    [
      { folder: third.folder, fault: 'link-reordered' },
      { folder: second.folder, fault: 'link-reordered' },
    ],
  ],
]

describe('a chain that', () => {
  it.each(spoilt)('%s is told so', (_, snapshots, faults) => {
    expect(chainFaults(snapshots, [], undefined)).toEqual(faults)
  })
})

describe('beside what was seen last', () => {
  it('a chain that ends before it is a rollback', () => {
    expect(chainFaults([first, second], [], third.link)).toEqual([{ folder: second.folder, fault: 'older-than-seen' }])
  })

  it('a chain that has another link of its number is not the one', () => {
    const seen = { ...third.link, sha256: sha256Hex('another') }
    expect(chainFaults(chain, [], seen)).toEqual([{ folder: third.folder, fault: 'not-the-one-seen' }])
  })

  it('a chain goes on', () => {
    expect(chainFaults(chain, [], second.link)).toEqual([])
  })
})

describe('a change set', () => {
  const changes = { sequence: 5, sha256: sha256Hex('changes of the fifth') }

  it('belongs to the snapshot that names it', () => {
    const named = { ...third, changes }
    expect(chainFaults([first, second, named], [{ folder: 'changes/000000000005', link: changes }], undefined)).toEqual(
      [],
    )
  })

  it('that no snapshot names stands out', () => {
    const folder = 'changes/000000000005'
    const other = { ...third, changes: { ...changes, sha256: sha256Hex('others') } }
    expect(chainFaults([first, second, other], [{ folder, link: changes }], undefined)).toEqual([
      { folder, fault: 'changes-not-named' },
    ])
  })
})

function linked(sequence: number, previous: Linked | undefined, content = `snapshot ${sequence}`): Linked {
  const link = { sequence, sha256: sha256Hex(content) }
  return { folder: sequenceText(sequence), link, previous: previous?.link ?? null, changes: null }
}
