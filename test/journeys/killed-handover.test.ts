import { describe, it } from 'vitest'
import { handedOverOnce } from './handover-scene.ts'
import { deltaKilledIn, fullKilledIn, states } from './killed-handover.ts'

const aStack = handedOverOnce()

describe('a handover goes on after a restart, and is the one that it would have been, when its process is killed in', () => {
  it.each(states)('%s', async state => fullKilledIn(aStack, state))
})

describe('a delta goes on after a restart, and brings the change once, when its process is killed in', () => {
  it.each(['Merge', 'Compare'] as const)('%s', async state => deltaKilledIn(aStack, state))
})
