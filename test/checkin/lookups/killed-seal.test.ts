import { it } from 'vitest'
import { expectSealsWhenKilled } from './killed-seal.ts'

it('a function killed before or after each of its writes leaves what the next call completes', async () => {
  await expectSealsWhenKilled(write => [write % 2 ? 'before' : 'after'])
}, 90_000)
