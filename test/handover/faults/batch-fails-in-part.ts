import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { expect } from 'vitest'
import type { Ledger } from '../../../lambdas/handover/ledger-store.ts'
import { receiptJob } from '../../../lambdas/handover/recipients/receipt-job.ts'
import { publicationFacts } from '../publication.ts'
import { aLedger } from '../scene.ts'
import type { InjectedFault } from './fault.ts'

const queue = 'arn:aws:sqs:::receipts'
const most = 10 // Messages that SQS gives a function at once

export const batchFailsInPart: InjectedFault = {
  name: 'A batch of messages of which some fail',
  injected: 'the ledger refuses some of ten receipts; those come again until none is left',
  holds: 'only what failed returns to its queue, and every handover is settled once',
  runs: [3, 50],
  async begin() {
    return async n => {
      const ledger = await aLedger()
      const sequences = Array.from({ length: most }, (_, at) => at + 1)
      for (const sequence of sequences) {
        const facts = publicationFacts({ sequence })
        await ledger.addPublication(facts)
        await ledger.movePublication('prepared', { state: 'announced', facts, announcedAt: facts.publishedAt })
      }
      let calls = n
      const settledTimes = new Map<number, number>()
      const throttled: Ledger = {
        ...ledger,
        async movePublication(from, to) {
          if (++calls % 3 === 0) throw Object.assign(new Error('slow down'), { name: 'ThrottlingException' })
          const { sequence } = to.facts
          const moved = await ledger.movePublication(from, to)
          if (moved) settledTimes.set(sequence, (settledTimes.get(sequence) ?? 0) + 1)
          return moved
        },
      }
      const handler = receiptJob({ ledger: throttled, recipients: { [queue]: 'moh' }, clock: () => new Date() })
      let waiting: readonly number[] = sequences
      for (let time = 0; waiting.length > 0; time++) {
        expect(time).toBeLessThan(most)
        const returned = await received(handler, waiting)
        for (const sequence of waiting)
          expect((await ledger.publication('moh', sequence))?.state === 'closed').toBe(!returned.includes(sequence))
        waiting = returned
      }
      expect([...settledTimes.values()]).toEqual(sequences.map(() => 1))
    }
  },
}

/** Gives those that return to the queue. */
async function received(handler: ReturnType<typeof receiptJob>, sequences: readonly number[]) {
  const Records = sequences.map(sequence => {
    const { recipient, manifestSha256, rootSha256, rowsByProvince } = publicationFacts()
    const receivedAt = '2026-11-22T09:00:00.000Z'
    const body = { recipient, sequence, manifestSha256, rootSha256, rows: {}, rowsByProvince, receivedAt }
    return { messageId: String(sequence), body: JSON.stringify(body), eventSourceARN: queue }
  })
  try {
    const answer = (await handler({ Records } as unknown as SQSEvent, {} as Context)) as SQSBatchResponse
    return answer.batchItemFailures.map(({ itemIdentifier }) => Number(itemIdentifier))
  } catch {
    // When every message fails, the whole batch returns
    return sequences
  }
}
