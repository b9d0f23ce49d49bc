import { expect } from 'vitest'
import type { InjectedFault } from './fault.ts'
import { stepProcesses } from './step-processes.ts'

export const scratchIsFull: InjectedFault = {
  name: 'A full disk of a function',
  injected:
    'the system lets no file in the scratch of a deployed function grow beyond some kilobytes, while it converts or compacts 2,000 people',
  holds: 'it fails as `scratch-full`, and leaves nothing in the work bucket; with room again, the same step leaves all',
  runs: [2, 24],
  async begin() {
    const processes = await stepProcesses()
    return async n => {
      const process = await processes.fresh(n % 2 ? 'compact' : 'convert')
      const kibibytes = 1 + 50 * Math.floor(n / 2)
      const ended = await (await process.start(kibibytes)).ended
      if (n < 2) expect(ended).not.toBe('done')
      if (ended === 'done') return
      expect(ended).toMatchObject({ name: 'scratch-full' })
      expect(await process.left()).toEqual({})
      expect(await (await process.start()).ended).toBe('done')
      expect(Object.keys(await process.left()).length).toBeGreaterThan(0)
    }
  },
}
