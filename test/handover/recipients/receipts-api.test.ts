import type { APIGatewayProxyEvent, Context } from 'aws-lambda'
import { expect, it } from 'vitest'
import '../../registry/quiet.ts'
import type { Ledger } from '../../../lambdas/handover/ledger-store.ts'
import { sealAcknowledgement } from '../../../lambdas/handover/recipients/acknowledgement.ts'
import { receiptsApi } from '../../../lambdas/handover/recipients/receipts-api.ts'
import { publicationFacts } from '../publication.ts'
import { aLedger } from '../scene.ts'
import { receiptOf } from './receipt-of.ts'

const facts = publicationFacts()
const receipt = receiptOf(facts)
const key = Buffer.alloc(32, 7)

it.each([
  ['closes', receipt],
  ['opens a dispute', { ...receipt, rootSha256: 'e'.repeat(64) }],
])(
  'a receipt that %s is kept first, then settles its handover, and only then takes the notice off its queue',
  async (_, sent) => {
    const { call, done } = await announced()

    expect(await call(sent)).toBe(200)

    expect(done).toEqual(['putReceipt', 'movePublication', 'remove'])
  },
)

it.each([
  ['could not be kept', 'putReceipt', []],
  ['could not settle its handover', 'movePublication', ['putReceipt']],
] as const)(
  'a receipt that %s leaves the notice on its queue, and goes through when it comes again',
  async (_, failing, before) => {
    const { call, done, ledger, fail } = await announced()

    fail(failing)
    expect(await call(receipt)).toBe(503)
    expect(done).toEqual(before)

    fail(undefined)
    expect(await call(receipt)).toBe(200)
    expect(done.at(-1)).toBe('remove')
    expect(await ledger.publication('moh', facts.sequence)).toMatchObject({ state: 'closed' })
    expect(await ledger.receipt(receipt)).toEqual(receipt)
  },
)

/** A handover that waits for its receipt, and what a call has done so far, in order. */
async function announced() {
  const ledger = await aLedger()
  await ledger.addPublication(facts)
  await ledger.movePublication('prepared', { state: 'announced', facts, announcedAt: facts.publishedAt })
  const done: string[] = []
  let failing: string | undefined
  const watched = <Name extends 'putReceipt' | 'movePublication'>(name: Name): Ledger[Name] =>
    (async (...given: never[]) => {
      if (failing === name) throw new Error('throttled')
      const answer = await (ledger[name] as (...given: never[]) => Promise<unknown>)(...given)
      done.push(name)
      return answer
    }) as Ledger[Name]
  const handler = receiptsApi({
    ledger: { ...ledger, putReceipt: watched('putReceipt'), movePublication: watched('movePublication') },
    queue: { receive: async () => [], remove: async () => void done.push('remove') },
    acknowledgementKey: async () => key,
    clock: () => new Date('2026-11-22T09:00:00Z'),
  })
  const acknowledgement = sealAcknowledgement(
    key,
    'moh',
    { sequence: facts.sequence, handle: 'x' },
    Buffer.alloc(12, 1),
  )
  return {
    ledger,
    done,
    fail(name: string | undefined) {
      failing = name
    },
    async call(sent: object): Promise<number> {
      const event = {
        pathParameters: { recipient: 'moh' },
        requestContext: { authorizer: { recipient: 'moh' } },
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ receipt: sent, acknowledgements: [acknowledgement] }),
      } as unknown as APIGatewayProxyEvent
      return (await handler(event, {} as Context)).statusCode
    },
  }
}
