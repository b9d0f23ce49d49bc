import type { Context } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import { planJob } from '../../lambdas/handover/compact/plan-job.ts'
import { reconcileJob } from '../../lambdas/handover/compact/reconcile-job.ts'
import { checkSourceJob } from '../../lambdas/handover/export/check-source-job.ts'
import { exportJob } from '../../lambdas/handover/export/export-job.ts'
import { start } from '../../lambdas/handover/export/start-job.ts'
import type { LeaseNeeds } from '../../lambdas/handover/leased-job.ts'
import { publishJob } from '../../lambdas/handover/publish/publish-job.ts'
import { byStep, handoverDefinition } from '../../lib/handover-machine.ts'
import { aScene } from './scene.ts'

/** Lets nobody get at its work. */
const closed = new Proxy({} as never, {
  get() {
    throw new Error('came to its work')
  },
})
const stores = { work: closed, exports: closed, published: closed, signer: closed, tableExport: closed, dir: '' }

/** By step: as it is taken for handover 1 on such stores. */
const leased: Readonly<Record<string, (lease: LeaseNeeds) => Promise<unknown>>> = {
  export: lease => exportJob({ ...lease, ...stores })(input, context),
  'check-source': lease => checkSourceJob({ ...lease, ...stores })({ ...input, summaryKeys: ['summary'] }, context),
  plan: lease => planJob({ ...lease, ...stores, unitRows: 1 })(input, context),
  reconcile: lease => reconcileJob({ ...lease, ...stores })(input, context),
  publish: lease => publishJob({ ...lease, ...stores })({ ...input, recipient: 'moh' }, context),
}
const input = { sequence: 1 }
const context = {} as Context
const full = { input: { mode: 'full' } } as const

describe('the lease', () => {
  it('is renewed by every step between the maps, from the first after the start to the last before it is given back', () => {
    expect(['start', ...Object.keys(leased), 'notify', 'abandon']).toEqual(stepsBetweenMaps())
  })

  it.each(Object.keys(leased))('that %s renewed is held for three hours from then on', async step => {
    const { scene, at } = await begun()

    await expect(leased[step]?.({ ...scene, clock: at(2) })).rejects.toThrow('came to its work')

    const early = start({ ...scene, clock: at(4.9) }, { execution: 'another', ...full })
    await expect(early).rejects.toThrow('another: handover 1 is run by one')
    expect(await start({ ...scene, clock: at(5) }, { execution: 'another', ...full })).toMatchObject({ sequence: 3 })
  })

  it.each(Object.keys(leased))('that another execution took stops %s before its work', async step => {
    const { scene, at } = await begun()
    await start({ ...scene, clock: at(3) }, { execution: 'another', ...full })

    const stopped = leased[step]?.({ ...scene, clock: at(3) })

    await expect(stopped).rejects.toMatchObject({ name: 'already-running', reading: 'one' })
    await expect(stopped).rejects.toThrow('its lease ran out, and another took it for handover 2')
    expect((await scene.ledger.lease())?.execution).toBe('another')
  })
})

/** Handover 1, begun by an execution `one`, and the clock so many hours later. */
async function begun() {
  const scene = await aScene()
  await start(scene, { execution: 'one', ...full })
  const first = scene.clock().getTime()
  return { scene, at: (hours: number) => () => new Date(first + hours * 3_600_000) }
}

function stepsBetweenMaps(): readonly string[] {
  const { States } = handoverDefinition({ functions: byStep(step => step), workBucket: 'work' })
  return Object.values<State>(States).flatMap(state => {
    if (state.Parameters?.FunctionName) return [state.Parameters.FunctionName]
    const { ProcessorConfig, States = {} } = state.ItemProcessor ?? {}
    if (ProcessorConfig?.Mode !== 'INLINE') return []
    return Object.values(States).map(({ Parameters }) => Parameters?.FunctionName ?? '')
  })
}

interface State {
  readonly Type: string
  readonly Parameters?: { readonly FunctionName?: string }
  readonly ItemProcessor?: {
    readonly ProcessorConfig: { readonly Mode: string }
    readonly States: Readonly<Record<string, State>>
  }
}
