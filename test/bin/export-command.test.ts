import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { describe, expect, it, onTestFinished } from 'vitest'
import { HandoverFault } from '../../lambdas/handover/fault.ts'
import { askBangiao, runBangiao } from '../command.ts'
import { folder } from '../local/service.ts'
import { distributedMap, run, task } from '../local/state-machine/machines.ts'
import { leaveAddress } from './stack-address.ts'

const name = 'handover-1'

describe('bangiao export', () => {
  it.each(['no-base', 'recovery-gap'])('says why a delta became a full handover: %s', async insteadOfDelta => {
    const output = { sequence: 1, mode: 'full', insteadOfDelta }
    const home = await stackWhere({ status: 'SUCCEEDED', output })

    expect(await runBangiao(home, 'export', '--delta', '--state', home)).toMatchObject({
      code: 0,
      stdout: `  ✓ handover 1, full, since a delta could not be taken: ${insteadOfDelta} (${name})\n`,
    })
  })

  it('says no more of a delta than that it is one', async () => {
    const output = { sequence: 2, mode: 'delta', insteadOfDelta: null }
    const home = await stackWhere({ status: 'SUCCEEDED', output })

    expect((await runBangiao(home, 'export', '--delta', '--state', home)).stdout).toBe(
      `  ✓ handover 2, delta (${name})\n`,
    )
  })

  it('ends with the fault’s own code and sentence, and no stack', async () => {
    const fault = new HandoverFault('already-running', 'handover 7', 'handover-6 holds the lease')
    const home = await stackWhere(await run({ Start: task('stop') }, { functions: { stop: throwing(fault) } }))

    expect(await askBangiao(home, 'export', '--state', home)).toEqual({
      error: { code: 'already-running', message: 'handover 7: handover-6 holds the lease', execution: name },
    })
    expect(await runBangiao(home, 'export', '--state', home)).toEqual({
      code: 1,
      stdout: '',
      stderr: 'already-running: handover 7: handover-6 holds the lease\n',
    })
  })

  it('and with that of the child where a map stopped it', async () => {
    const fault = new HandoverFault('malformed-item', 'data/a.json.gz', 'line 3: no sex')
    const states = { Convert: distributedMap({ Child: task('stop') }) }
    const home = await stackWhere(await run(states, { functions: { stop: throwing(fault) }, items: [1] }))

    expect(await askBangiao(home, 'export', '--state', home)).toEqual({
      error: {
        code: 'malformed-item',
        message: 'data/a.json.gz: line 3: no sex',
        execution: name,
        mapError: 'States.ExceedToleratedFailureThreshold',
      },
    })
  })

  it('says what goes on, and how, when the stack dies meanwhile', async () => {
    const home = await stackWhere(undefined)

    const { code, stderr } = await runBangiao(home, 'export', '--state', home)
    expect({ code, stderr }).toEqual({
      code: 1,
      stderr: expect.stringMatching(
        /^stack-gone: the stack at http:.* is gone: start it again on the same folder \(npx bangiao serve\), and handover-1 goes on\n$/,
      ),
    })
  })
})

function throwing(fault: Error) {
  return async () => {
    throw fault
  }
}

/** A folder with a stack whose next handover ends so; without an end, the stack dies as soon as it is asked for it. */
async function stackWhere(outcome: object | undefined): Promise<string> {
  const server = createServer((request, response) => {
    if (request.url === '/local/health') response.end(JSON.stringify({ pid: process.pid }))
    else if (request.method === 'POST') response.end(JSON.stringify({ execution: name }))
    else if (outcome) response.end(JSON.stringify({ name, events: [], ...outcome }))
    else request.socket.destroy()
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  const home = await folder()
  await leaveAddress(home, `http://127.0.0.1:${(server.address() as AddressInfo).port}`, process.pid)
  return home
}
