import { it } from 'vitest'
import { expectSealsWhenKilled } from './killed-seal.ts'

it('a function killed before and after every one of its writes leaves what the next call completes', async () => {
  await expectSealsWhenKilled(() => ['before', 'after'])
})
