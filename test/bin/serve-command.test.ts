import { once } from 'node:events'
import { createInterface } from 'node:readline'
import { expect, it, onTestFinished } from 'vitest'
import type { StackAddress } from '../../local/stack/stack.ts'
import { startBangiao } from '../command.ts'
import { folder } from '../local/service.ts'

it('bangiao serve --json says where everything is once it is up, and nothing more until it ends', async () => {
  const child = startBangiao(await folder(), 'serve', '--json')
  onTestFinished(async () => {
    if (child.exitCode === null) child.kill('SIGKILL')
  })
  const lines: string[] = []
  const out = createInterface(child.stdout).on('line', line => lines.push(line))

  const [first] = (await once(out, 'line')) as [string]
  const { api, pid } = JSON.parse(first) as StackAddress
  expect(pid).toBe(child.pid)
  expect(await (await fetch(`${api}/local/health`)).json()).toEqual({ pid })

  child.kill('SIGTERM')
  expect(await once(child, 'exit')).toEqual([0, null])
  expect(lines).toEqual([first])
})
