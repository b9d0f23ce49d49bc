import { setTimeout as sleep } from 'node:timers/promises'
import { describe, expect, it } from 'vitest'
import { atOnce } from '../../lambdas/shared/at-once.ts'

describe('work on many values', () => {
  it('is done on so many at a time, and answers in their order', async () => {
    let working = 0
    let most = 0
    const doubled = await atOnce(3, [5, 1, 4, 2, 3], async value => {
      most = Math.max(most, ++working)
      await sleep(value)
      working--
      return value * 2
    })
    expect(doubled).toEqual([10, 2, 8, 4, 6])
    expect(most).toBe(3)
    expect(await atOnce(3, [], async () => 1)).toEqual([])
  })

  it('begins nothing after a failure, and fails once nothing is under way', async () => {
    const done: number[] = []
    const failing = atOnce(2, [1, 2, 3, 4], async value => {
      if (value === 1) throw new Error('the first')
      await sleep(20)
      done.push(value)
    })
    await expect(failing).rejects.toThrow('the first')
    expect(done).toEqual([2])
  })
})
