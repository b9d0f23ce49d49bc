import { afterEach, expect, it, vi } from 'vitest'
import { invokeLambda } from '../../../local/stack/lambda.ts'

afterEach(() => {
  vi.useRealTimers()
})

it('hands over a copy of the event, as JSON has it', async () => {
  const event = { parts: [1], left: undefined }
  const answer = await invokeLambda(
    async (given: { parts: number[] }) => {
      given.parts.push(2)
      return given
    },
    'copy',
    event,
    1000,
  )
  expect(event).toEqual({ parts: [1], left: undefined })
  expect(answer).toStrictEqual({ parts: [1, 2] })
})

it('leaves no timer behind, whether the function answers or throws', async () => {
  vi.useFakeTimers()
  await invokeLambda(async () => 1, 'answer', {}, 1000)
  await invokeLambda(() => Promise.reject(new Error('no')), 'throw', {}, 1000).catch(() => {})
  expect(vi.getTimerCount()).toBe(0)
})

it('counts down the time that the function has left, and rejects when it is over', async () => {
  vi.useFakeTimers()
  const left: number[] = []
  const running = invokeLambda(
    async (_event, context) => {
      left.push(context.getRemainingTimeInMillis())
      vi.advanceTimersByTime(400)
      left.push(context.getRemainingTimeInMillis())
      return new Promise(() => {})
    },
    'slow',
    {},
    1000,
  )
  vi.advanceTimersByTime(600)
  await expect(running).rejects.toThrow('Task timed out after 1 seconds')
  expect(left).toEqual([1000, 600])
})
