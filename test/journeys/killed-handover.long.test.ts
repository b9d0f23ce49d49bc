import { describe, it } from 'vitest'
import { handedOverOnce } from './handover-scene.ts'
import { deltaKilledIn, deltaStates, fullKilledIn, states } from './killed-handover.ts'

const aStack = handedOverOnce()

describe('a handover whose process is killed goes on after a restart', () => {
  it.each(states)('as a full one in %s', async state => fullKilledIn(aStack, state))
  it.each(deltaStates)('as a delta in %s', async state => deltaKilledIn(aStack, state))
})
