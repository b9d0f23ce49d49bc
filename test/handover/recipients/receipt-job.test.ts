import type { Context, SQSBatchResponse, SQSEvent } from 'aws-lambda'
import { describe, expect, it } from 'vitest'
import '../../registry/quiet.ts'
import type { Receipt } from '../../../lambdas/handover/receipt.ts'
import { receiptJob } from '../../../lambdas/handover/recipients/receipt-job.ts'
import { publicationFacts } from '../publication.ts'
import { aLedger } from '../scene.ts'

const queue = 'arn:aws:sqs:ap-southeast-1:000000000000:receipts-moh'
const facts = publicationFacts({
  totals: { persons: { rows: 11, files: 1, bytes: 9 } },
  rowsByProvince: { persons: { '01': 11 } },
})
const right: Receipt = {
  recipient: 'moh',
  sequence: facts.sequence,
  manifestSha256: facts.manifestSha256,
  rootSha256: facts.rootSha256,
  rows: { persons: 11 },
  rowsByProvince: { persons: { '01': 11 } },
  receivedAt: '2026-11-22T08:00:00.000Z',
}

describe('a receipt', () => {
  it('closes the handover when the counts agree', async () => {
    const { ledger, publication, receive } = await announced()

    expect(await receive(right)).toEqual([])
    expect(await publication()).toEqual({ state: 'closed', facts, closedAt: '2026-11-22T09:00:00.000Z' })
    expect(await ledger.receipt(right)).toEqual(right)
  })

  it('opens a dispute that names the dataset and the province when they do not', async () => {
    const { publication, receive } = await announced()

    expect(await receive({ ...right, rowsByProvince: { persons: { '01': 10 } } })).toEqual([])
    expect(await publication()).toEqual({
      state: 'disputed',
      facts,
      disputedAt: '2026-11-22T09:00:00.000Z',
      discrepancies: [{ of: 'rows', dataset: 'persons', province: '01', sent: 11, counted: 10 }],
    })
  })

  it('ends a dispute when the recipient has counted again', async () => {
    const { publication, receive } = await announced()
    await receive({ ...right, rows: { persons: 10 } })

    await receive(right)

    expect(await publication()).toMatchObject({ state: 'closed' })
  })

  it('changes nothing once the handover is closed, not even the receipt that closed it', async () => {
    const { ledger, publication, receive } = await announced()
    await receive(right)

    expect(await receive({ ...right, rows: { persons: 10 } })).toEqual([])
    expect(await publication()).toMatchObject({ state: 'closed' })
    expect(await ledger.receipt(right)).toEqual(right)
  })

  it('goes back to its queue while the handover is not committed, and settles nothing', async () => {
    const { ledger, publication, receive } = await announced('prepared')

    await expect(receive(right)).rejects.toThrow('All records failed')

    expect(await publication()).toEqual({ state: 'prepared', facts })
    expect(await ledger.receipt(right)).toBe(undefined)
  })

  it('may overtake the mark that its notice was sent', async () => {
    const { ledger, publication, receive } = await announced('published')
    await receive(right)

    expect(await ledger.movePublication('published', { state: 'announced', facts, announcedAt: '' })).toBe(false)
    expect(await publication()).toMatchObject({ state: 'closed' })
  })

  it.each([
    ['of a handover that was never made', { ...right, sequence: 99 }],
    ['that is malformed', { ...right, rows: { persons: -1 } }],
    ['that is no receipt', { hello: 'there' }],
  ])('%s goes back to its queue alone', async (_, wrong) => {
    const { publication, receive } = await announced()

    expect(await receive(wrong, right)).toEqual(['message-0'])
    expect(await publication()).toMatchObject({ state: 'closed' })
  })
})

describe('a recipient', () => {
  it('settles nothing for another', async () => {
    const { ledger, receive } = await announced()
    const others = { ...facts, recipient: 'labour' }
    await ledger.addPublication(others)

    expect(await receive({ ...right, recipient: 'labour' }, right)).toEqual(['message-0'])
    expect(await ledger.publication('labour', facts.sequence)).toEqual({ state: 'prepared', facts: others })
  })
})

async function announced(state: 'prepared' | 'published' | 'announced' = 'announced') {
  const ledger = await aLedger()
  await ledger.addPublication(facts)
  if (state !== 'prepared') await ledger.movePublication('prepared', { state: 'published', facts })
  if (state === 'announced') await ledger.movePublication('published', { state, facts, announcedAt: facts.publishedAt })
  const handler = receiptJob({ ledger, recipients: { [queue]: 'moh' }, clock: () => new Date('2026-11-22T09:00:00Z') })
  return {
    ledger,
    publication: () => ledger.publication('moh', facts.sequence),
    /** Gives the messages that return to the queue. */
    async receive(...bodies: readonly object[]): Promise<readonly string[]> {
      const Records = bodies.map((body, at) => ({
        messageId: `message-${at}`,
        body: JSON.stringify(body),
        eventSourceARN: queue,
      }))
      const answer: SQSBatchResponse = await handler({ Records } as unknown as SQSEvent, {} as Context)
      return answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)
    },
  }
}
