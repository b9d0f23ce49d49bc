import { basename, join } from 'node:path'
import { expect } from 'vitest'
import { manifestName } from '../../lambdas/handover/manifest.ts'
import { manifestIn } from '../handover/pull/handover-copy.ts'
import { closed, pullAll, registered, type Scene, served } from './handover-scene.ts'
import { beginHandover, changeRegistry, handoverEnded, handoverIn, type StackProcess } from './handover-stack.ts'

/** States of the machine in which a process can be seen and killed; a delta has one more. */
export const states = [
  'Start',
  'Export',
  'WaitForExport',
  'CheckSource',
  'Convert',
  'Match',
  'Plan',
  'Compact',
  'Compare',
  'Reconcile',
  'Place',
  'Publish',
  'Notify',
] as const
export const deltaStates = [...states, 'Merge'] as const
export type State = (typeof deltaStates)[number]

/** A full handover goes on after a restart, and is the one that it would have been. */
export async function fullKilledIn(aStack: () => Promise<Scene>, state: State) {
  const { execution, stack, dir } = await killedIn(aStack, state, 'full')

  const ended = await handoverEnded(stack, execution)
  expect(ended, ended.cause).toMatchObject({ status: 'SUCCEEDED' })

  expect(await committed(stack)).toEqual(['000000000001', '000000000002'])
  const [second, ...more] = await pullAll(stack, dir)
  expect(more).toEqual([])
  expect(second).toMatchObject({ verified: true, sequence: 2 })
  expect(await dataFiles(second?.dir)).toEqual(await dataFiles(join(dir, 'inbox/000000000001')))
  await closed(stack, 2)
}

/** A delta goes on after a restart, and brings the change once. */
export async function deltaKilledIn(aStack: () => Promise<Scene>, state: State) {
  const changed = async () => {
    const scene = await aStack()
    await changeRegistry(scene.stack, registered)
    return scene
  }
  const { execution, stack, dir } = await killedIn(changed, state, 'delta')

  const ended = await handoverEnded(stack, execution)
  expect(ended, ended.cause).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'delta' } })

  const [second] = await pullAll(stack, dir)
  expect(second).toMatchObject({ verified: true, sequence: 2 })
  const changes = await manifestIn(join(dir, 'inbox/changes/000000000002'))
  expect(changes.handover.totals.households).toMatchObject({ inserts: 0, updates: 1, deletes: 0 })
  for (const dataset of ['persons', 'cards', 'eligibility'] as const)
    expect(changes.handover.totals[dataset]).toMatchObject({ inserts: 0, updates: 0, deletes: 0 })
  await closed(stack, 2)
}

/** Some states last a few milliseconds: a handover that left one unseen is begun again elsewhere. */
async function killedIn(aStack: () => Promise<Scene>, state: State, mode: 'full' | 'delta') {
  for (let times = 0; times < 5; times++) {
    const { stack, dir } = await aStack()
    const execution = await beginHandover(stack, mode)
    const seen = await handoverIn(stack, execution, state)
    await stack.end('SIGKILL')
    if (seen) return { execution, dir, stack: await served(dir) }
  }
  throw new Error(`nobody saw a handover in ${state}`)
}

/** The folder of each handover whose manifest stands. */
async function committed({ published }: StackProcess): Promise<readonly string[]> {
  const keys = (await published.list('moh/snapshots/')).map(({ key }) => key)
  return keys.filter(key => basename(key) === manifestName).map(key => key.split('/')[2] as string)
}

/** Each path ends in the beginning of its file's hash. */
async function dataFiles(dir = ''): Promise<readonly string[]> {
  return (await manifestIn(dir)).resources.map(({ path }) => path)
}
