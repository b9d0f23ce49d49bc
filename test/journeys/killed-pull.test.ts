import { expect, it } from 'vitest'
import { partBytes } from '../../lambdas/handover/pull/download-files.ts'
import { seededRandom } from '../../local/nation/random.ts'
import { killPulls } from './killed-pull.ts'

it('a pull that is killed six times ends with equal bytes, and fetches a part again at most each time', async () => {
  const kills = await killPulls(6, seededRandom(6).next)

  expect(kills).toHaveLength(6)
  expect(Math.max(...kills.map(({ lost }) => lost))).toBeLessThanOrEqual(partBytes)
})
