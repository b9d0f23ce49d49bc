import { cp, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { basename, join } from 'node:path'
import { GetQueueAttributesCommand, SendMessageCommand } from '@aws-sdk/client-sqs'
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest'
import { recipientTransport, type Transport } from '../../bin/recipient-transport.ts'
import { manifestName } from '../../lambdas/handover/manifest.ts'
import { noticeOf } from '../../lambdas/handover/notice.ts'
import type { Publication } from '../../lambdas/handover/publication.ts'
import type { Pulled } from '../../lambdas/handover/pull/pull.ts'
import { pull } from '../../lambdas/handover/pull/pull-client.ts'
import { enrol, readJwks } from '../../lambdas/handover/pull/trust-files.ts'
import { dayInVietnam } from '../../lambdas/registry/day.ts'
import type { ListedObject } from '../../lambdas/shared/object-store.ts'
import { enrolClient } from '../../local/client-key.ts'
import { buckets } from '../../local/stack/resources.ts'
import { thisMachine } from '../../local/this-machine.ts'
import { flipped } from '../handover/bytes.ts'
import { manifestIn } from '../handover/pull/handover-copy.ts'
import { folder } from '../local/service.ts'
import {
  beginHandover,
  changeRegistry,
  handoverEnded,
  handoverIn,
  loadRegistry,
  type StackProcess,
  serveStack,
} from './handover-stack.ts'

const people = 120
const registered = { people, seed: 7, today: dayInVietnam(new Date()) }

/** Holds a stack whose registry is full and whose first handover was pulled: every test goes on from a copy of it. */
let prepared: string

beforeAll(async () => {
  prepared = await mkdtemp(join(tmpdir(), 'bangiao-'))
  const stack = await serveStack(join(prepared, 'state'))
  try {
    await loadRegistry(stack, registered)
    await enrol(join(prepared, 'trust'), await readJwks(stack.address.jwks))
    await enrolClient(stack.address.api, join(prepared, 'state'), { role: 'recipient', recipient: 'moh' })
    await handedOver(stack)
    await pullAll(stack, prepared)
  } finally {
    await stack.end('SIGTERM')
  }
})
afterAll(() => rm(prepared, { recursive: true, force: true }))

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

describe('a handover whose process is killed in', () => {
  const states = [
    'Start',
    'WaitForExport',
    'CheckSource',
    'Convert',
    'Match',
    'Plan',
    'Compact',
    'Reconcile',
    'Place',
    'Publish',
    'Notify',
  ]

  it.each(states)('%s goes on after a restart, and is the one that it would have been', async state => {
    const { execution, stack, dir } = await killedIn(state)

    expect(await handoverEnded(stack, execution)).toMatchObject({ status: 'SUCCEEDED' })

    expect(await committed(stack)).toEqual(['000000000001', '000000000002'])
    const [second, ...more] = await pullAll(stack, dir)
    expect(more).toEqual([])
    expect(second).toMatchObject({ verified: true, sequence: 2 })
    expect(await dataFiles(second?.dir)).toEqual(await dataFiles(join(dir, 'inbox/000000000001')))
    await closed(stack, 2)
  })
})

describe('a delta whose process is killed in', () => {
  it.each(['Convert', 'Merge', 'Compare', 'Publish'])(
    '%s goes on after a restart, and brings the change once',
    async state => {
      const { execution, stack, dir } = await killedIn(state, 'delta')

      expect(await handoverEnded(stack, execution)).toMatchObject({ status: 'SUCCEEDED', output: { mode: 'delta' } })

      const [second] = await pullAll(stack, dir)
      expect(second).toMatchObject({ verified: true, sequence: 2 })
      const changes = await manifestIn(join(dir, 'inbox/changes/000000000002'))
      expect(changes.handover.totals.households).toMatchObject({ inserts: 0, updates: 1, deletes: 0 })
      for (const dataset of ['persons', 'cards', 'eligibility'] as const)
        expect(changes.handover.totals[dataset]).toMatchObject({ inserts: 0, updates: 0, deletes: 0 })
      await closed(stack, 2)
    },
  )
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

/** A stack on a copy of what was prepared, and the folder with it, its recipient's inbox and trust. */
async function aStack(): Promise<{ readonly stack: StackProcess; readonly dir: string }> {
  const dir = await folder()
  await cp(prepared, dir, { recursive: true })
  return { stack: await served(dir), dir }
}

async function served(dir: string): Promise<StackProcess> {
  const stack = await serveStack(join(dir, 'state'))
  onTestFinished(() => stack.end('SIGKILL'))
  return stack
}

async function killedIn(state: string, mode: 'full' | 'delta' = 'full') {
  const { stack, dir } = await aStack()
  if (mode === 'delta') await changeRegistry(stack, registered)
  const execution = await beginHandover(stack, mode)
  await handoverIn(stack, execution, state)
  await stack.end('SIGKILL')
  return { execution, dir, stack: await served(dir) }
}

async function handedOver(stack: StackProcess) {
  return handoverEnded(stack, await beginHandover(stack))
}

async function pullAll(stack: StackProcess, dir: string, kind: Transport = 'https'): Promise<readonly Pulled[]> {
  const stateDir = join(dir, 'state')
  const { handovers } = await pull({
    ...thisMachine,
    recipient: 'moh',
    transport: await recipientTransport(kind, stack, stateDir, 'moh'),
    dir: join(dir, 'inbox'),
    trustDir: join(dir, 'trust'),
    withChanges: true,
  })
  return handovers
}

async function closed({ ledger }: StackProcess, sequence: number) {
  await expect.poll(() => ledger.publication('moh', sequence), { timeout: 10_000 }).toMatchObject({ state: 'closed' })
}

/** The folder of each handover whose manifest stands. */
async function committed({ published }: StackProcess): Promise<readonly string[]> {
  const keys = (await published.list('moh/snapshots/')).map(({ key }) => key)
  return keys.filter(key => basename(key) === manifestName).map(key => key.split('/')[2] as string)
}

async function previousOf(pulled: Pulled | undefined) {
  return (await manifestIn(pulled?.dir ?? '')).handover.previous
}

/** Each path ends in the beginning of its file's hash. */
async function dataFiles(dir = ''): Promise<readonly string[]> {
  return (await manifestIn(dir)).resources.map(({ path }) => path)
}

/** Sends the notice of a handover again. */
async function announce(stack: StackProcess, sequence: number) {
  const publication = await stack.ledger.publication('moh', sequence)
  if (!publication) throw new Error(`handover ${sequence} was not published`)
  await send(stack, stack.address.noticeQueues.moh, noticeOf(publication.facts, buckets.handover))
}

/** Those that wait, and those that somebody took and has not done with. */
async function noticesLeft({ clients: { sqs }, address }: StackProcess): Promise<number> {
  const AttributeNames = ['ApproximateNumberOfMessages', 'ApproximateNumberOfMessagesNotVisible'] as const
  const ask = new GetQueueAttributesCommand({
    QueueUrl: address.noticeQueues.moh,
    AttributeNames: [...AttributeNames],
  })
  const { Attributes } = await sqs.send(ask)
  return AttributeNames.reduce((sum, name) => sum + Number(Attributes?.[name]), 0)
}

async function send({ clients: { sqs } }: StackProcess, QueueUrl: string | undefined, document: object) {
  await sqs.send(new SendMessageCommand({ QueueUrl, MessageBody: JSON.stringify(document) }))
}
