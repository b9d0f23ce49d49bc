import { createReadStream, createWriteStream } from 'node:fs'
import { mkdir, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { setTimeout as sleep } from 'node:timers/promises'
import {
  GetObjectCommand,
  HeadObjectCommand,
  NoSuchKey,
  PutObjectCommand,
  type PutObjectCommandInput,
  PutObjectRetentionCommand,
  paginateListObjectsV2,
  type S3Client,
  S3ServiceException,
} from '@aws-sdk/client-s3'

/** Objects by key: a bucket on AWS, a folder where there are no services. */
export interface ObjectStore {
  get(key: string): Promise<StoredObject | undefined>
  /**
   * Its pieces are the caller's alone, who may free them.
   * @throws when there is no such object.
   */
  read(key: string): Promise<Readable>
  list(prefix: string): Promise<readonly ListedObject[]>
  /** The path of a file with the object's bytes: its own in a folder, otherwise a download below `dir`. */
  localFile(key: string, dir: string): Promise<string>
  put(key: string, bytes: Uint8Array): Promise<void>
  /** The file is given away: it may be moved. */
  putFile(key: string, path: string): Promise<void>
  /** Put-if-absent: whoever comes second changes nothing, and learns whether the object holds the same bytes. A file must not change afterwards. */
  putNew(key: string, object: NewObject): Promise<'stored' | 'equal' | 'different'>
  /** False when the object is no longer the one with `etag`, or exists although none was expected. */
  replace(key: string, bytes: Uint8Array, etag: string | undefined): Promise<boolean>
}

/** A store whose objects can be locked one by one. */
export interface LockingStore extends ObjectStore {
  /** Until then the object cannot be removed; whoever says so again changes nothing. */
  retain(key: string, until: Date): Promise<void>
}

export interface StoredObject {
  readonly bytes: Uint8Array
  readonly etag: string
}

export interface ListedObject {
  readonly key: string
  readonly bytes: number
}

export type NewObject = { readonly sha256: string } & ({ readonly bytes: Uint8Array } | { readonly path: string })

export function s3ObjectStore(s3: S3Client, bucket: string): ObjectStore {
  const at = (Key: string) => ({ Bucket: bucket, Key })
  const put = (input: Omit<PutObjectCommandInput, 'Bucket'>) =>
    s3.send(new PutObjectCommand({ Bucket: bucket, ...input }))
  return {
    async get(key) {
      const found = await s3.send(new GetObjectCommand(at(key))).catch(absent)
      if (!found?.Body) return undefined
      return { bytes: await found.Body.transformToByteArray(), etag: found.ETag as string }
    },
    async read(key) {
      const { Body } = await s3.send(new GetObjectCommand(at(key)))
      // It may fail before anybody reads it, who is told so then
      return (Body as Readable).once('error', () => {})
    },
    async list(prefix) {
      const listed: ListedObject[] = []
      for await (const { Contents = [] } of paginateListObjectsV2({ client: s3 }, { Bucket: bucket, Prefix: prefix })) {
        listed.push(...Contents.map(({ Key, Size }) => ({ key: Key as string, bytes: Size as number })))
      }
      return listed
    },
    async localFile(key, dir) {
      const path = join(dir, key)
      await mkdir(dirname(path), { recursive: true })
      await pipeline(await this.read(key), createWriteStream(path))
      return path
    },
    async put(key, bytes) {
      await put({ Key: key, Body: bytes })
    },
    async putFile(key, path) {
      await put({ Key: key, Body: createReadStream(path), ContentLength: (await stat(path)).size })
    },
    async putNew(key, object) {
      const ChecksumSHA256 = Buffer.from(object.sha256, 'hex').toString('base64')
      const body = async () =>
        'path' in object
          ? { Body: createReadStream(object.path), ContentLength: (await stat(object.path)).size }
          : { Body: object.bytes }
      try {
        await unlessInConflict(async () => put({ Key: key, ...(await body()), ChecksumSHA256, IfNoneMatch: '*' }))
        return 'stored'
      } catch (error) {
        if (!failedCondition(error)) throw error
        const held = await s3.send(new HeadObjectCommand({ ...at(key), ChecksumMode: 'ENABLED' }))
        return held.ChecksumSHA256 === ChecksumSHA256 ? 'equal' : 'different'
      }
    },
    async replace(key, bytes, etag) {
      try {
        const condition = etag ? { IfMatch: etag } : { IfNoneMatch: '*' }
        await unlessInConflict(() => put({ Key: key, Body: bytes, ...condition }))
        return true
      } catch (error) {
        if (failedCondition(error)) return false
        throw error
      }
    },
  }
}

/** On a bucket with Object Lock. Governance: who may bypass it can still remove what a court or a law wants removed. */
export function s3LockingStore(s3: S3Client, bucket: string): LockingStore {
  return {
    ...s3ObjectStore(s3, bucket),
    async retain(Key, RetainUntilDate) {
      const Retention = { Mode: 'GOVERNANCE', RetainUntilDate } as const
      await s3.send(new PutObjectRetentionCommand({ Bucket: bucket, Key, Retention }))
    },
  }
}

function absent(error: unknown): undefined {
  if (error instanceof NoSuchKey) return undefined
  throw error
}

/** S3 answers 409 where two conditional writes meet, and wants the put again; by then the condition has its answer. */
async function unlessInConflict(write: () => Promise<unknown>): Promise<void> {
  for (let pause = 100; ; pause *= 2) {
    try {
      await write()
      return
    } catch (error) {
      const conflict = error instanceof S3ServiceException && error.name === 'ConditionalRequestConflict'
      if (!conflict || pause > longestPause) throw error
      await sleep(pause)
    }
  }
}

/** Milliseconds. */
const longestPause = 3_200

function failedCondition(error: unknown): boolean {
  return error instanceof S3ServiceException && error.name === 'PreconditionFailed'
}
