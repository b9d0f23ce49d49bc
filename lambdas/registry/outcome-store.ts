import { join } from 'node:path'
import type { ObjectStore } from '../shared/object-store.ts'
import { inScratch } from '../shared/scratch-files.ts'
import { writeSmallParquet } from '../shared/small-parquet-files.ts'
import { outcomeKey, rejectsKey } from './landing-keys.ts'
import type { Outcome } from './outcome.ts'
import { type Reject, rejectColumns } from './rejects.ts'

/** What became of each piece stands beside it in the landing bucket. */
export interface Outcomes {
  find(pieceKey: string): Promise<Outcome | undefined>
  /** The rejects first, so that an outcome never names a file that is not there. */
  put(pieceKey: string, outcome: Outcome, rejects: readonly Reject[]): Promise<void>
}

export function outcomeStore(landing: ObjectStore, dir: string): Outcomes {
  return {
    async find(pieceKey) {
      const found = await landing.get(outcomeKey(pieceKey))
      return found && (JSON.parse(Buffer.from(found.bytes).toString()) as Outcome)
    },
    async put(pieceKey, outcome, rejects) {
      const key = rejectsKey(pieceKey)
      if (rejects.length > 0) {
        await inScratch(dir, 'rejects', async scratch => {
          const path = join(scratch, 'rejects.parquet')
          await writeSmallParquet(path, rejectColumns, rejects)
          await landing.putFile(key, path)
        })
      }
      const whole = rejects.length > 0 ? { ...outcome, rejectsKey: key } : outcome
      await landing.put(outcomeKey(pieceKey), Buffer.from(JSON.stringify(whole)))
    },
  }
}
