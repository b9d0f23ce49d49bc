import { describe, expect, it } from 'vitest'
import { loadedFor } from '../../lambdas/shared/loaded-for.ts'

describe('what is loaded for a while', () => {
  it('is loaded once until it is too old, and then again', async () => {
    const time = { now: new Date(0) }
    let loads = 0
    const get = loadedFor(
      1000,
      async () => ++loads,
      () => time.now,
    )

    expect(await Promise.all([get(), get()])).toEqual([1, 1])
    time.now = new Date(999)
    expect(await get()).toBe(1)
    time.now = new Date(1000)
    expect(await get()).toBe(2)
  })

  it('is tried again after a failure, which everybody who waits for it hears', async () => {
    const answers = [Promise.reject(new Error('gone')), Promise.resolve('here')]
    const get = loadedFor(
      1000,
      () => answers.shift() as Promise<string>,
      () => new Date(0),
    )

    await expect(Promise.all([get(), get()])).rejects.toThrow('gone')
    expect(await get()).toBe('here')
  })
})
