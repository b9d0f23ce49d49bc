import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import { buffer } from 'node:stream/consumers'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import { CreateBucketCommand, GetObjectRetentionCommand, S3Client, S3ServiceException } from '@aws-sdk/client-s3'
import { expect, it, onTestFinished } from 'vitest'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'
import { type LockingStore, s3LockingStore } from '../../lambdas/shared/object-store.ts'
import { isPassing } from '../../lambdas/shared/passing.ts'
import { silence } from '../../lambdas/shared/silence.ts'
import { folderStore } from '../../local/folder-store.ts'
import { startS3 } from '../../local/s3/s3.ts'
import { folder } from '../local/service.ts'
import { localClient } from '../registry/registry-service.ts'
import { describeObjectStore, twenty, utf8 } from './object-store.suite.ts'
import { startLine } from './recipients/line.ts'

const conflict = new S3ServiceException({
  name: 'ConditionalRequestConflict',
  $fault: 'client',
  $metadata: { httpStatusCode: 409 },
})

const nothing = () => {}
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }

describeObjectStore('a folder', async () => folderStore(await folder()))
describeObjectStore('S3', s3Store)

it('S3 lets one of twenty replace what all of them read', async () => {
  const store = await s3Store()
  await store.put('a', utf8('one'))
  const read = await store.get('a')

  const replaced = await Promise.all(twenty(n => store.replace('a', utf8(`${n}`), read?.etag)))

  expect(replaced.filter(Boolean)).toHaveLength(1)
  expect(Buffer.from((await store.get('a'))?.bytes ?? []).toString()).toBe(`${replaced.indexOf(true)}`)
})

it('S3 is asked again when two conditional writes meet, and keeps what came first', async () => {
  const { s3, store } = await lockedBucket()
  let conflicts = 2
  s3.middlewareStack.add(
    next => async given => {
      if (conflicts-- > 0) throw conflict
      return next(given)
    },
    { step: 'deserialize' },
  )
  const path = join(await folder(), 'one')
  await writeFile(path, 'one')

  expect(await store.putNew('a', { path, sha256: sha256Hex('one') })).toBe('stored')
  const read = await store.get('a')
  conflicts = 1
  expect(await store.replace('a', utf8('two'), read?.etag)).toBe(true)
  conflicts = 1
  expect(await store.replace('a', utf8('three'), undefined)).toBe(false)
})

it('S3 retains an object for a time, as often as it is told', async () => {
  const { s3, store } = await lockedBucket()
  await store.put('a', utf8('one'))
  const until = new Date(Date.now() + 86_400_000)

  await store.retain('a', until)
  await store.retain('a', until)

  const { Retention } = await s3.send(new GetObjectRetentionCommand({ Bucket: 'handover', Key: 'a' }))
  expect(Retention).toEqual({ Mode: 'GOVERNANCE', RetainUntilDate: until })
})

it.each([{ breaksAfter: 50_000 }, { silentAfter: 50_000 }])(
  'S3 that fails in the midst of an object fails in passing: %o',
  async meddled => {
    const { endpoint, store: whole } = await lockedBucket()
    await whole.put('a', Buffer.alloc(100_000))
    const line = await startLine(endpoint)
    line.meddle = () => meddled
    const requestHandler = { ...silence, socketTimeout: 500 } // milliseconds
    const client = { ...localClient, endpoint: line.endpoint, forcePathStyle: true, requestHandler, logger: silent }
    const s3 = new S3Client(client)
    onTestFinished(() => s3.destroy())
    const store = s3LockingStore(s3, 'handover')

    for (const read of [
      () => store.get('a'),
      async () => store.localFile('a', await folder()),
      async () => buffer(await store.read('a')),
      async () => {
        const late = await store.read('a')
        await sleep(1_000)
        await pipeline(late, new PassThrough().resume())
      },
    ])
      expect(isPassing(await failureOf(read()))).toBe(true)
  },
)

async function failureOf(work: Promise<unknown>): Promise<Error> {
  return work.then(
    () => expect.unreachable('it did not fail'),
    (error: Error) => error,
  )
}

async function s3Store(): Promise<LockingStore> {
  return (await lockedBucket()).store
}

async function lockedBucket() {
  const { endpoint, close } = await startS3({ dir: await folder() })
  const s3 = new S3Client({ ...localClient, endpoint, forcePathStyle: true, logger: silent })
  await s3.send(new CreateBucketCommand({ Bucket: 'handover', ObjectLockEnabledForBucket: true }))
  onTestFinished(async () => {
    s3.destroy()
    await close()
  })
  return { s3, endpoint, store: s3LockingStore(s3, 'handover') }
}
