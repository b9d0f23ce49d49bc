import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { PackFault } from '../../../lambdas/checkin/pack/pack.ts'
import {
  applyDelta,
  type DeltaFault,
  type ProvenPack,
  packDelta,
  provePack,
} from '../../../lambdas/checkin/pack/pack-delta.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { jwks } from '../../handover/convert/conversion.ts'
import { covered, type Listed, packOf } from './packs.ts'

/** So many people, one number each; `level` says what each has. */
function people(serials: readonly number[], level: (serial: number) => 1 | 2 | 3 | 4 | 5 = () => 4): readonly Listed[] {
  return serials.map(serial => ({
    numbers: [`1${String(serial).padStart(9, '0')}`],
    birthDate: '1990',
    cover: covered(level(serial)),
  }))
}

describe('the delta of a pack', () => {
  it('makes the later pack of the earlier one, byte for byte, whatever has changed', async () => {
    const serials = fc.uniqueArray(fc.integer({ min: 1, max: 60 }), { maxLength: 60 })
    await fc.assert(
      fc.asyncProperty(serials, serials, fc.nat(3), async (before, after, changed) => {
        const from = await packOf(people(before))
        const to = await packOf(people(after, serial => (serial % 4 === changed ? 1 : 4)))
        expect(await applied(from, await delta(from, to))).toEqual(to)
      }),
      { numRuns: 200 },
    )
  })

  it('costs at most 2 % of the pack when 1 % of it changes', async () => {
    const all = Array.from({ length: 20_000 }, (_, index) => index + 1)
    const from = await packOf(people(all))
    const changed = await packOf(people(all, serial => (serial % 100 ? 4 : 3)))
    const replaced = await packOf(people(all.map(serial => (serial % 100 ? serial : serial + 1_000_000))))
    for (const to of [changed, replaced]) expect((await delta(from, to)).length / to.length).toBeLessThan(0.02)
  })

  it('begins at one pack and at no other', async () => {
    const [first, second, third] = await Promise.all([[1], [1, 2], [1, 3]].map(serials => packOf(people(serials))))
    expect(await applied(third as Buffer, await delta(first as Buffer, second as Buffer))).toBe('wrong-base')
  })

  it('is not made between packs of two facilities, or under two keys', async () => {
    const from = await proven(await packOf(people([1])))
    const elsewhere = await proven(await packOf(people([1]), { header: { facility: '79001' as FacilityCode } }))
    const key = { period: '2026-12', id: '0'.repeat(16) }
    const nextMonth = await proven(await packOf(people([1]), { header: { key } }))
    expect([packDelta(from, elsewhere), packDelta(from, nextMonth)]).toEqual(['another-facility', 'another-key'])
  })

  it('never makes a pack other than the signed one, whichever bit of it is flipped, wherever it is cut', async () => {
    const from = await packOf(people([1, 2, 3, 4, 5]))
    const to = await packOf(people([2, 3, 5, 6], serial => (serial === 3 ? 1 : 4)))
    const file = await delta(from, to)
    for (let bit = 0; bit < 8 * file.length; bit++) {
      const spoilt = Buffer.from(file)
      spoilt[bit >> 3] = (spoilt[bit >> 3] as number) ^ (1 << (bit & 7))
      expect(await applied(from, spoilt), `bit ${bit}`).toBeTypeOf('string')
    }
    for (let end = 0; end < file.length; end++)
      expect(await applied(from, file.subarray(0, end)), `cut at ${end}`).toBeTypeOf('string')
  }, 60_000)

  it('is told from other files', async () => {
    const from = await packOf(people([1]))
    expect(await applied(from, from)).toBe('unknown-format')
    expect(await applied(from, Buffer.from('bangiao-pack-delta 1\nnot a hash\n1\n'))).toBe('malformed')
  })
})

async function delta(from: Buffer, to: Buffer): Promise<Buffer> {
  const made = packDelta(await proven(from), await proven(to))
  if (typeof made === 'string') throw new Error(made)
  return made
}

async function applied(from: Buffer, file: Buffer): Promise<Buffer | DeltaFault | PackFault> {
  return applyDelta(await proven(from), file, jwks)
}

async function proven(file: Buffer): Promise<ProvenPack> {
  const pack = await provePack(file, jwks)
  if (typeof pack === 'string') throw new Error(pack)
  return pack
}
