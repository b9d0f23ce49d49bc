import '../registry/quiet.ts'
import { describe, expect, it } from 'vitest'
import { byStep, type HandoverStep } from '../../lib/handover-machine.ts'
import type { LambdaHandler } from '../../local/stack/lambda.ts'
import { aNation, type Functions } from '../scale/national-run.ts'

describe('the machine takes a step again', () => {
  it.each([
    ['when a service failed in passing', 'PassingFailure'],
    ['when the function was not reached', 'Lambda.ServiceException'],
    ['when too many functions ran', 'Lambda.TooManyRequestsException'],
    ['when its process ended', 'Runtime.ExitError'],
    ['when its process was killed for its memory', 'Lambda.Unknown'],
    ['when its time was over', 'Sandbox.Timedout'],
  ])('%s', async (_, name) => {
    const { handOver } = await aNation(small)

    const { outcome, notices } = await handOver('full', functions => failingOnce(functions, name))

    expect(outcome).toMatchObject({ status: 'SUCCEEDED' })
    expect(notices).toHaveLength(4)
  })

  it.each([
    ['seven times in all when a service goes on failing', 'PassingFailure', 7],
    ['three times in all when its process ends each time', 'Runtime.ExitError', 3],
    ['once when the data are at fault', 'malformed-item', 1],
  ])('%s, and then abandons the handover', async (_, name, tries) => {
    const { handOver } = await aNation(small)
    let asked = 0

    const { outcome, notices } = await handOver('full', () => ({
      plan: async () => {
        asked++
        throw named(name)
      },
    }))

    expect(outcome).toMatchObject({ status: 'FAILED', error: name })
    expect(asked).toBe(tries)
    expect(notices).toEqual([])
  })
})

const small = { people: 50_000 }

/** Each call of each function fails before it does its work. */
function failingOnce(functions: Functions, name: string): Functions {
  const failed = new Set<string>()
  const once = (step: HandoverStep): LambdaHandler => {
    return async (event, context) => {
      const call = `${step} ${JSON.stringify(event)}`
      if (failed.has(call)) return functions[step](event, context)
      failed.add(call)
      throw named(name)
    }
  }
  return byStep(once)
}

function named(name: string): Error {
  return Object.assign(new Error('made for a test'), { name })
}
