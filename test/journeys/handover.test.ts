import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { describe, expect, it } from 'vitest'
import { noticeOf } from '../../lambdas/handover/notice.ts'
import type { Publication } from '../../lambdas/handover/publication.ts'
import type { Pulled } from '../../lambdas/handover/pull/pull.ts'
import type { ListedObject } from '../../lambdas/shared/object-store.ts'
import { buckets } from '../../local/stack/resources.ts'
import { flipped } from '../handover/bytes.ts'
import { messagesLeft } from '../handover/messages-left.ts'
import { manifestIn } from '../handover/pull/handover-copy.ts'
import { closed, handedOver, handedOverOnce, people, pullAll, registered } from './handover-scene.ts'
import { beginHandover, changeRegistry, handoverEnded, type StackProcess } from './handover-stack.ts'

const aStack = handedOverOnce()

describe('a handover', () => {
  it('goes from the registry to its recipient, who counts it and answers', async () => {
    const { stack, dir } = await aStack()

    expect(await handedOver(stack)).toMatchObject({ status: 'SUCCEEDED' })

    const rows = { persons: people, eligibility: people }
    expect(await pullAll(stack, dir)).toMatchObject([{ verified: true, sequence: 2, receipt: { rows } }])
    await closed(stack, 2)
  })

  it('names the one before, and its recipient verifies the chain', async () => {
    const { stack, dir } = await aStack()
    const first = await stack.ledger.head('moh')

    await handedOver(stack)
    await handedOver(stack)

    const [second, third] = await pullAll(stack, dir)
    expect(await previousOf(second)).toEqual(first)
    expect(await previousOf(third)).toMatchObject({ sequence: 2 })
    expect([second?.verified, third?.verified]).toEqual([true, true])
  })
})

describe('a handover of a registry in which somebody wrote what the intake does not', () => {
  it('ends by the code of that item, and nothing of it stands where recipients read', async () => {
    const { stack, dir } = await aStack()
    await changeRegistry(stack, registered, { registeredOn: { S: '1800-01-01' } })
    const before = await stack.published.list('')

    const ended = await handoverEnded(stack, await beginHandover(stack))

    const cause = expect.stringMatching(/failed with malformed-item: .*: line [0-9]+: registeredOn: no date/)
    expect(ended).toMatchObject({ status: 'FAILED', cause })
    expect(await stack.published.list('')).toEqual(before)
    expect(await stack.ledger.head('moh')).toMatchObject({ sequence: 1 })
    expect(await pullAll(stack, dir)).toEqual([])
  })
})

describe('a household whose head is not in the registry', () => {
  it.each(['full', 'delta'] as const)('is handed over and counted for its recipient: %s', async mode => {
    const { stack, dir } = await aStack()
    await changeRegistry(stack, registered, { headPersonId: { S: '00000000000' } })

    const ended = await handoverEnded(stack, await beginHandover(stack, mode))

    expect(ended).toMatchObject({ status: 'SUCCEEDED', output: { mode } })
    const [pulled] = await pullAll(stack, dir)
    expect(pulled).toMatchObject({ verified: true, receipt: { rows: { persons: people } } })
    expect((await manifestIn(pulled?.dir ?? '')).handover).toMatchObject({ headAbsent: 1 })
  })
})

describe('of two handovers that begin at once', () => {
  it('one runs, and the other ends and names it', async () => {
    const { stack, dir } = await aStack()

    const begun = [await beginHandover(stack), await beginHandover(stack)]

    const ended = await Promise.all(begun.map(execution => handoverEnded(stack, execution)))
    const ran = ended.find(({ status }) => status === 'SUCCEEDED')
    const refused = ended.find(({ status }) => status === 'FAILED')
    expect(refused).toMatchObject({
      error: 'already-running',
      cause: expect.stringContaining(`is run by ${ran?.name}`),
    })
    expect(await pullAll(stack, dir)).toMatchObject([{ verified: true }])
  })
})

describe('a recipient', () => {
  it('who counts otherwise opens a dispute that names the dataset, and ends it by counting again', async () => {
    const { stack, dir } = await aStack()
    await handedOver(stack)
    const { facts } = (await stack.ledger.publication('moh', 2)) as Publication
    const counted = Object.entries(facts.totals).map(([dataset, { rows }]) => [dataset, rows])

    await send(stack, stack.address.receiptQueues.moh, {
      recipient: 'moh',
      sequence: 2,
      manifestSha256: facts.manifestSha256,
      rootSha256: facts.rootSha256,
      rows: { ...Object.fromEntries(counted), persons: people - 1 },
      rowsByProvince: facts.rowsByProvince,
      receivedAt: new Date().toISOString(),
    })

    await expect
      .poll(() => stack.ledger.publication('moh', 2), { timeout: 10_000 })
      .toMatchObject({
        state: 'disputed',
        discrepancies: [{ of: 'rows', dataset: 'persons', sent: people, counted: people - 1 }],
      })
    await pullAll(stack, dir)
    await closed(stack, 2)
  })

  it('who receives a damaged file names it and answers nothing, until the file is whole', async () => {
    const { stack, dir } = await aStack()
    await handedOver(stack)
    const [file] = (await stack.published.list('moh/snapshots/000000000002/persons/')) as [ListedObject]
    const whole = (await stack.published.get(file.key))?.bytes as Uint8Array
    await stack.published.put(file.key, flipped(Buffer.from(whole), 100))

    const path = file.key.slice('moh/snapshots/000000000002/'.length)
    expect(await pullAll(stack, dir)).toMatchObject([
      { verified: false, faults: [{ file: path, fault: 'wrong-hash' }] },
    ])

    expect(await stack.ledger.publication('moh', 2)).toMatchObject({ state: 'announced' })
    await stack.published.put(file.key, whole)
    await announce(stack, 2)
    expect(await pullAll(stack, dir)).toMatchObject([{ verified: true, sequence: 2 }])
    await closed(stack, 2)
  })

  it('who finds on his queue what is no notice takes the notices, and leaves the rest', async () => {
    const { stack, dir } = await aStack()
    await handedOver(stack)
    await send(stack, stack.address.noticeQueues.moh, { text: 'this is no notice' })

    expect(await pullAll(stack, dir)).toMatchObject([{ verified: true, sequence: 2 }])
    expect(await noticesLeft(stack)).toBe(1)
  })

  it('who is told of a handover twice, or of an old one again, has it once and waits for nothing', async () => {
    const { stack, dir } = await aStack()
    await handedOver(stack)
    await announce(stack, 2)
    expect(await pullAll(stack, dir)).toMatchObject([{ verified: true, sequence: 2 }])

    await announce(stack, 1)
    await handedOver(stack)
    expect(await pullAll(stack, dir)).toMatchObject([{ verified: true, sequence: 3 }])
    expect(await noticesLeft(stack)).toBe(0)
  })
})

async function previousOf(pulled: Pulled | undefined) {
  return (await manifestIn(pulled?.dir ?? '')).handover.previous
}

/** Sends the notice of a handover again. */
async function announce(stack: StackProcess, sequence: number) {
  const publication = await stack.ledger.publication('moh', sequence)
  if (!publication) throw new Error(`handover ${sequence} was not published`)
  await send(stack, stack.address.noticeQueues.moh, noticeOf(publication.facts, buckets.handover))
}

function noticesLeft({ clients: { sqs }, address }: StackProcess): Promise<number> {
  return messagesLeft(sqs, address.noticeQueues.moh)
}

async function send({ clients: { sqs } }: StackProcess, QueueUrl: string | undefined, document: object) {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(document) }))
}
