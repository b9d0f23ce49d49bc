import type { z } from 'zod'
import { job } from '../shared/job.ts'
import type { ObjectStore } from '../shared/object-store.ts'
import { stepInput } from './handover.ts'
import type { Ledger, Run } from './ledger-store.ts'
import { noticeOf } from './notice.ts'
import type { NoticeQueue } from './notice-queue.ts'
import { readHandover } from './start-job.ts'

interface Needs {
  readonly work: ObjectStore
  readonly ledger: Ledger
  readonly notices: NoticeQueue
  readonly bucket: string
  readonly clock: () => Date
}

/** Step 11: sends what waits in the ledger and then marks it, so a crash between the two sends it again; then gives the lease back. */
export async function notify({ work, ledger, notices, bucket, clock }: Needs, { sequence }: z.infer<typeof stepInput>) {
  const { agreements } = await readHandover(work, sequence)
  for (const { recipient } of agreements) {
    const waiting = (await ledger.publications(recipient)).filter(({ state }) => state === 'published')
    for (const { facts } of waiting) {
      await notices.send(noticeOf(facts, bucket))
      await ledger.movePublication('published', { state: 'announced', facts, announcedAt: clock().toISOString() })
    }
  }
  const run = (await ledger.run(sequence)) as Run
  await ledger.putRun({ ...run, state: 'published' })
  await ledger.releaseLease(run.execution)
}

export function notifyJob(needs: Needs) {
  return job('notify', stepInput, input => notify(needs, input))
}
