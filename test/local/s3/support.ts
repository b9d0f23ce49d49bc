import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, readdir, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import {
  CreateBucketCommand,
  PutObjectCommand,
  S3Client,
  type S3ClientConfig,
  S3ServiceException,
} from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'
import { type S3Options, startS3 } from '../../../local/s3/s3.ts'

export const bucket = 'handover'
const nothing = () => {}
const silent = { debug: nothing, info: nothing, warn: nothing, error: nothing }

export const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/** A server on an empty folder, a client on it and the bucket `handover`. */
export async function freshS3(options: Partial<S3Options> = {}) {
  const dir = options.dir ?? (await freshFolder())
  const { endpoint, close } = await startS3({ ...options, dir })
  onTestFinished(close)
  const s3 = clientOf(endpoint, { credentials: options.credentials ?? credentials })
  await s3.send(new CreateBucketCommand({ Bucket: bucket }))
  return { s3, dir, endpoint, close, ...shortcuts(s3) }
}

export async function freshFolder(): Promise<string> {
  const dir = await mkdtemp(join(tmpdir(), 's3-'))
  onTestFinished(() => rm(dir, { recursive: true, force: true }))
  return dir
}

export function clientOf(endpoint: string, settings: S3ClientConfig = {}): S3Client {
  const client = new S3Client({
    region: 'ap-southeast-1',
    endpoint,
    forcePathStyle: true,
    maxAttempts: 1,
    logger: silent,
    credentials,
    ...settings,
  })
  onTestFinished(() => client.destroy())
  return client
}

export function shortcuts(s3: S3Client) {
  return {
    put: (Key: string, Body: string | Uint8Array = Key) => s3.send(new PutObjectCommand({ Bucket: bucket, Key, Body })),
  }
}

/** The bytes that the server keeps, under names of its own. */
export function dataFiles(dir: string): Promise<string[]> {
  return readdir(join(dir, '.s3', bucket, 'data'))
}

/** The error's code and status; fails when there is none. */
export async function refusal(answer: Promise<unknown>): Promise<readonly [string, number | undefined]> {
  try {
    await answer
  } catch (error) {
    if (error instanceof S3ServiceException) return [error.name, error.$metadata.httpStatusCode]
    throw error
  }
  throw new Error('the request was not refused')
}

interface Sent {
  readonly method: string
  readonly headers: Record<string, string>
  body: unknown
}

/** Changes what the client sends, with its knowledge or without. */
export function alterRequest(s3: S3Client, moment: 'before signing' | 'after signing', alter: (request: Sent) => void) {
  const alterArgs = <T extends { readonly request: unknown }>(args: T): T => {
    alter(args.request as Sent)
    return args
  }
  const { middlewareStack } = s3
  if (moment === 'before signing') {
    middlewareStack.add(next => args => next(alterArgs(args)), { step: 'build', priority: 'low' })
  } else {
    middlewareStack.add(next => args => next(alterArgs(args)), { step: 'finalizeRequest', priority: 'low' })
  }
}

/** The server in a process of its own, that can be killed. */
export async function spawnS3(dir: string): Promise<{ endpoint: string; server: ChildProcess }> {
  const server = fork(join(import.meta.dirname, 'serve.ts'), [dir], { execArgv: [] })
  onTestFinished(() => void server.kill('SIGKILL'))
  const [endpoint] = await once(server, 'message')
  return { endpoint: String(endpoint), server }
}
