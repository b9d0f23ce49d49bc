import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { mostFailures, patiently, pauseAfter } from '../../lambdas/shared/patience.ts'

describe('the pause after some failures in a row', () => {
  it('is up to a quarter of a second, then up to twice as long each time, and never over half a minute', () => {
    const chance = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true })
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 1000 }), chance, (failures, random) => {
        const bound = Math.min(30_000, 250 * 2 ** (failures - 1))
        const pause = pauseAfter(failures, () => random)
        expect(pause).toBeGreaterThanOrEqual(0)
        expect(pause).toBeLessThan(bound)
        expect(pause).toBe(Math.floor(random * bound))
      }),
    )
  })
})

describe('patient work', () => {
  it('is done again while it fails in passing, and its result is given', async () => {
    expect(await tried({ failing: 3 })).toEqual({ result: 'done', pauses: [125, 250, 500] })
  })

  it('gives up after so many failures in a row, with the last one', async () => {
    expect(await tried({ failing: mostFailures - 1 })).toMatchObject({ result: 'done' })
    await expect(tried({ failing: mostFailures })).rejects.toThrow(`failure ${mostFailures}`)
  })

  it('gives up at once on what does not pass', async () => {
    await expect(tried({ failing: 1, passes: false })).rejects.toThrow('failure 1')
  })
})

async function tried({ failing, passes = true }: { readonly failing: number; readonly passes?: boolean }) {
  const pauses: number[] = []
  let failures = 0
  const work = async () => {
    if (failures < failing) throw new Error(`failure ${++failures}`)
    return 'done'
  }
  const sleep = async (milliseconds: number) => pauses.push(milliseconds)
  return { result: await patiently({ random: () => 0.5, sleep }, work, () => passes), pauses }
}
