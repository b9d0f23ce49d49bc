import { expect, it } from 'vitest'
import { partBytes } from '../../lambdas/handover/pull/download-files.ts'
import { seededRandom } from '../../local/nation/random.ts'
import { killPulls } from './killed-pull.ts'

it('a pull that is killed a hundred times ends with equal bytes, and fetches a part again at most each time', async () => {
  const kills = await killPulls(100, seededRandom(100).next)

  expect(kills).toHaveLength(100)
  expect(Math.max(...kills.map(({ lost }) => lost))).toBeLessThanOrEqual(partBytes)
})
