import { it } from 'vitest'
import { expectDeltasToHold } from './delta-property.ts'

it('a base and its deltas make the next full snapshot over many histories', () => expectDeltasToHold(150))
