import { CreateQueueCommand, ReceiveMessageCommand, SQSClient } from '@aws-sdk/client-sqs'
import { describe, expect, it, onTestFinished } from 'vitest'
import { start } from '../../../lambdas/handover/export/start-job.ts'
import { type Latest, readLatest } from '../../../lambdas/handover/latest.ts'
import { type Manifest, manifestName, signatureName } from '../../../lambdas/handover/manifest.ts'
import type { Notice } from '../../../lambdas/handover/notice.ts'
import { noticeQueue } from '../../../lambdas/handover/publish/notice-queue.ts'
import { notify } from '../../../lambdas/handover/publish/notify-job.ts'
import { makePackages } from '../../../lambdas/handover/publish/package-steps.ts'
import { placeOne } from '../../../lambdas/handover/publish/place-job.ts'
import { publishOne } from '../../../lambdas/handover/publish/publish-job.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import { detachedFault, flattenedFault, signFlattened } from '../../../lambdas/handover/signature.ts'
import { workKeys } from '../../../lambdas/handover/work-keys.ts'
import type { LockingStore, ObjectStore } from '../../../lambdas/shared/object-store.ts'
import { startSqs } from '../../../local/sqs.ts'
import { keyPair } from '../../access/clients.ts'
import { folder } from '../../local/service.ts'
import { localClient } from '../../registry/registry-service.ts'
import { jwks, signer } from '../convert/conversion.ts'
import { aScene, readyToPublish, type Scene } from '../scene.ts'

const prefix = 'moh/snapshots/000000000001/'
const latest: Latest = {
  recipient: 'moh',
  sequence: 1,
  manifestKey: `${prefix}${manifestName}`,
  manifestSha256: 'a'.repeat(64),
  asOf: '2026-11-22T07:00:30.000Z',
  nextDue: '2026-11-23T07:00:30.000Z',
}

describe('publishing', () => {
  it('puts manifest and signature, moves the head and says what is latest', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')

    await publishOne(scene, { sequence, recipient: 'moh' })

    const manifest = await bytesAt(scene.published, `${prefix}${manifestName}`)
    const signature = await bytesAt(scene.published, `${prefix}${signatureName}`)
    expect(await detachedFault(manifest, signature.toString(), jwks)).toBe(undefined)
    expect(await scene.ledger.head('moh')).toEqual({ sequence, sha256: sha256Hex(manifest) })
    expect(await scene.ledger.publication('moh', sequence)).toMatchObject({
      state: 'published',
      facts: { manifestKey: `${prefix}${manifestName}`, manifestBytes: manifest.length, previous: null },
    })
    const said = await bytesAt(scene.published, 'moh/latest.json')
    expect(await flattenedFault(JSON.parse(said.toString()), jwks)).toBe(undefined)
    expect(readLatest(said)).toEqual({ ...latest, manifestSha256: sha256Hex(manifest) })
  })

  it('puts the manifest last: who sees it sees everything', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    const keys: string[] = []
    const published: LockingStore = {
      ...scene.published,
      putNew(key, object) {
        keys.push(key)
        return scene.published.putNew(key, object)
      },
    }

    await publishOne({ ...scene, published }, { sequence, recipient: 'moh' })

    expect(keys.slice(-2)).toEqual([`${prefix}${signatureName}`, `${prefix}${manifestName}`])
    expect(keys).toContain(`${prefix}schemas/persons.json`)
  })

  it('locks every object of the handover until its retention ends, and never what is latest', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    const file = await finalFile(scene, 'rows')
    await placeOne({ ...scene, dir: await folder() }, { sequence, file })

    await publishOne(scene, { sequence, recipient: 'moh' })

    const keys = (await scene.published.list(prefix)).map(({ key }) => key)
    expect(keys).toEqual(expect.arrayContaining([`${prefix}${file.name}`, `${prefix}${manifestName}`]))
    expect([...scene.retained.keys()].sort()).toEqual(keys)
    const { handover } = JSON.parse((await bytesAt(scene.published, `${prefix}${manifestName}`)).toString()) as Manifest
    const until = new Date(handover.retentionUntil)
    expect(until.getTime()).toBeGreaterThan(scene.clock().getTime())
    expect([...scene.retained.values()]).toEqual(keys.map(() => until))
  })

  it('locks nothing whose retention is over', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')

    await publishOne({ ...scene, clock: () => new Date('2126-11-22T07:00:30Z') }, { sequence, recipient: 'moh' })

    expect(scene.retained.size).toBe(0)
  })

  it('again changes nothing: the same bytes, signed once', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    await publishOne(scene, { sequence, recipient: 'moh' })
    const before = await everything(scene.published)

    await publishOne({ ...scene, clock: () => new Date('2026-11-22T08:00:00Z') }, { sequence, recipient: 'moh' })

    expect(await everything(scene.published)).toEqual(before)
    expect(await scene.ledger.publications('moh')).toHaveLength(1)
  })

  it('announces the key that signed, although another signs by now', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    await makePackages(scene, sequence, 'moh')

    await publishOne({ ...scene, signer: keyPair().signer }, { sequence, recipient: 'moh' })

    const manifest = await bytesAt(scene.published, `${prefix}${manifestName}`)
    const signature = await bytesAt(scene.published, `${prefix}${signatureName}`)
    expect(await detachedFault(manifest, signature.toString(), jwks)).toBe(undefined)
    expect(await scene.ledger.publication('moh', sequence)).toMatchObject({ facts: { kid: signer.kid } })
  })

  it('signs no manifest that no recipient could read, as of counts that another build left', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    const { tally } = workKeys(sequence)
    const counts = JSON.parse((await bytesAt(scene.work, tally)).toString())
    await scene.work.put(tally, Buffer.from(JSON.stringify({ ...counts, headAbsent: null })))

    await expect(publishOne(scene, { sequence, recipient: 'moh' })).rejects.toThrow('is not signed')
    expect(await scene.published.list(prefix)).toEqual([])
  })

  it('stops where other bytes stand, and leaves them', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    await scene.published.put(`${prefix}${manifestName}`, Buffer.from('{}'))

    const stopped = publishOne(scene, { sequence, recipient: 'moh' })

    await expect(stopped).rejects.toMatchObject({ name: 'already-published', reading: `${prefix}${manifestName}` })
    expect((await bytesAt(scene.published, `${prefix}${manifestName}`)).toString()).toBe('{}')
    expect(await scene.ledger.head('moh')).toBe(undefined)
  })

  it('names the handover before, of the same recipient', async () => {
    const scene = await aScene()
    await publishOne(scene, { sequence: await readyToPublish(scene, 'one'), recipient: 'moh' })
    const first = await scene.ledger.head('moh')
    await scene.ledger.releaseLease('one')

    const sequence = await readyToPublish(scene, 'another')
    await publishOne(scene, { sequence, recipient: 'moh' })

    const manifest = await bytesAt(scene.published, `moh/snapshots/000000000002/${manifestName}`)
    expect(JSON.parse(manifest.toString()).handover.previous).toEqual(first)
    expect(readLatest(await bytesAt(scene.published, 'moh/latest.json')).sequence).toBe(2)
  })

  it('stops before its first put when the chain has moved on', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    await scene.ledger.moveHead('moh', undefined, { sequence: 9, sha256: 'a'.repeat(64) })

    const stopped = publishOne(scene, { sequence, recipient: 'moh' })

    await expect(stopped).rejects.toMatchObject({ name: 'stale-head' })
    await expect(stopped).rejects.toThrow('handover 1 for moh: follows none, the head is 9')
    expect(await scene.published.list('')).toEqual([])
  })

  it('places no file either when the chain has moved on', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    await scene.ledger.moveHead('moh', undefined, { sequence: 9, sha256: 'a'.repeat(64) })

    const placed = placeOne({ ...scene, dir: await folder() }, { sequence, file: await finalFile(scene, 'rows') })

    await expect(placed).rejects.toMatchObject({ name: 'stale-head' })
    expect(await scene.published.list('')).toEqual([])
  })

  it('leaves what is latest alone when a newer handover stands there', async () => {
    const scene = await aScene()
    const newer = { ...latest, sequence: 5 }
    const jws = await signFlattened(Buffer.from(JSON.stringify(newer)), signer)
    await scene.published.put('moh/latest.json', Buffer.from(JSON.stringify(jws)))

    await publishOne(scene, { sequence: await readyToPublish(scene, 'one'), recipient: 'moh' })

    expect(readLatest(await bytesAt(scene.published, 'moh/latest.json'))).toEqual(newer)
  })
})

describe('placing', () => {
  it('puts a final file where its recipient will find it, once', async () => {
    const scene = { ...(await aScene()), dir: await folder() }
    const sequence = await readyToPublish(scene, 'one')
    const file = await finalFile(scene, 'rows')

    await placeOne(scene, { sequence, file })
    await placeOne(scene, { sequence, file })

    expect((await bytesAt(scene.published, `${prefix}${file.name}`)).toString()).toBe('rows')
  })

  it('stops when the bytes are no longer those that were reconciled', async () => {
    const scene = { ...(await aScene()), dir: await folder() }
    const sequence = await readyToPublish(scene, 'one')
    const file = { ...(await finalFile(scene, 'rows')), sha256: sha256Hex('other rows') }

    await expect(placeOne(scene, { sequence, file })).rejects.toThrow('its bytes changed in the work bucket')
    expect(await scene.published.list('')).toEqual([])
  })
})

describe('notifying', () => {
  it('sends each publication once it is there, marks it, and gives the lease back', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    await publishOne(scene, { sequence, recipient: 'moh' })
    const { notices, received } = await aNoticeQueue()

    expect(await notify({ ...scene, notices, bucket: 'handover' }, { sequence })).toEqual({ notices: 1 })
    expect(await notify({ ...scene, notices, bucket: 'handover' }, { sequence })).toEqual({ notices: 0 })

    expect((await received()).map(({ id }) => id)).toEqual(['moh-000000000001'])
    expect(await scene.ledger.publication('moh', sequence)).toMatchObject({ state: 'announced' })
    expect(await scene.ledger.run(sequence)).toMatchObject({ state: 'published' })
    expect(await start(scene, { execution: 'another', input: { mode: 'full' } })).toMatchObject({ sequence: 2 })
  })

  it('sends again, under the same id, what it sent and could not mark', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    await publishOne(scene, { sequence, recipient: 'moh' })
    const { notices, received } = await aNoticeQueue()
    const crashing = { ...scene.ledger, movePublication: () => Promise.reject(new Error('the process was killed')) }

    await expect(notify({ ...scene, ledger: crashing, notices, bucket: 'handover' }, { sequence })).rejects.toThrow()
    await notify({ ...scene, notices, bucket: 'handover' }, { sequence })

    expect((await received()).map(({ id }) => id)).toEqual(['moh-000000000001', 'moh-000000000001'])
  })
})

async function bytesAt(store: ObjectStore, key: string): Promise<Buffer> {
  return Buffer.from((await store.get(key))?.bytes ?? [])
}

async function everything(store: ObjectStore): Promise<Readonly<Record<string, string>>> {
  const listed = await store.list('')
  return Object.fromEntries(
    await Promise.all(listed.map(async ({ key }) => [key, (await bytesAt(store, key)).toString()])),
  )
}

async function finalFile({ work }: Scene, content: string) {
  const name = 'persons/province=01/part-00000-00000000.parquet'
  const key = workKeys(1).final('snapshots', 'moh', name)
  await work.put(key, Buffer.from(content))
  return { key, form: 'snapshots' as const, recipient: 'moh', name, sha256: sha256Hex(content), bytes: content.length }
}

async function aNoticeQueue() {
  const { endpoint, close } = await startSqs({ dir: await folder() })
  const sqs = new SQSClient({ ...localClient, endpoint, useQueueUrlAsEndpoint: false })
  onTestFinished(async () => {
    sqs.destroy()
    await close()
  })
  const { QueueUrl = '' } = await sqs.send(new CreateQueueCommand({ QueueName: 'notices' }))
  return {
    notices: noticeQueue(sqs, { moh: QueueUrl }),
    async received(): Promise<readonly Notice[]> {
      const { Messages = [] } = await sqs.send(new ReceiveMessageCommand({ QueueUrl, MaxNumberOfMessages: 10 }))
      return Messages.map(({ Body = '' }) => JSON.parse(Body) as Notice)
    },
  }
}
