import { expect, it } from 'vitest'
import { log } from '../../lambdas/shared/log.ts'
import { quietly } from '../checkin/quietly.ts'

it('keeps of an error its name and frames, and no line of its message, even one that looks like a frame', async () => {
  const lines: string[] = []
  const quoting = new TypeError('no such item\n    at Đỗ Thị Hoà (0123456789:1:1)')

  await quietly(async () => log.error('request failed', quoting), lines)

  expect(lines[0]).not.toMatch(/Hoà|0123456789/)
  expect(JSON.parse(lines[0] ?? '')).toMatchObject({
    error: 'TypeError',
    frames: expect.arrayContaining([expect.stringContaining('log.test.ts')]),
  })
})

it('keeps no frames where they cannot be told from what the message was', async () => {
  const lines: string[] = []
  const changed = Object.assign(new Error('another one'), { stack: 'Error: no item\n    at Đỗ Thị Hoà (1:1)' })

  await quietly(async () => log.error('request failed', changed), lines)

  expect(JSON.parse(lines[0] ?? '')).toMatchObject({ error: 'Error', frames: [] })
})
