import { createWriteStream } from 'node:fs'
import { mkdir, rename, rm, stat } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { DeleteMessageCommand, ReceiveMessageCommand, SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { atOnce } from '../shared/at-once.ts'
import { listedFiles, type Manifest, manifestName, sequenceText, signatureName } from './manifest.ts'
import { type Notice, readNotice } from './notice.ts'
import { countsOf, type Receipt } from './receipt.ts'
import { readTrust, saveSeen } from './trust-files.ts'
import { type FileFault, readSignedManifest, type Trust, verifyHandover } from './verify-files.ts'

export interface PullOptions {
  readonly s3: S3Client
  readonly sqs: SQSClient
  readonly noticeQueueUrl: string
  readonly receiptQueueUrl: string
  /** Each handover lands in a folder of its own below, named by its sequence. */
  readonly dir: string
  /** The recipient's keys and how far its chain has come; outside `dir`. */
  readonly trustDir: string
  readonly clock: () => Date
  readonly onProgress?: (progress: PullProgress) => void
}

export interface PullProgress {
  readonly step: 'download' | 'verify'
  readonly sequence: number
  /** Files that are done, and how many there are. */
  readonly done: number
  readonly of: number
}

export type Pulled =
  | {
      readonly verified: true
      readonly dir: string
      readonly sequence: number
      readonly files: number
      readonly bytes: number
      readonly receipt: Receipt
    }
  | { readonly verified: false; readonly dir: string; readonly sequence: number; readonly faults: readonly FileFault[] }

/**
 * Takes every notice that waits, the oldest handover first: downloads, verifies all of it, and answers with a receipt. A notice
 * is taken off its queue only then; one that does not verify stays there, and stops the ones behind it.
 */
export async function pull(options: PullOptions): Promise<readonly Pulled[]> {
  const pulled: Pulled[] = []
  for (const { notice, handles } of await receiveNotices(options)) {
    const { seen } = await readTrust(options.trustDir)
    // Notices come at least once: that of a handover which the chain has passed has nothing new to tell
    if (!seen || notice.data.sequence >= seen.sequence) {
      const one = await pullOne(notice, options)
      pulled.push(one)
      if (!one.verified) return pulled
      await options.sqs.send(
        new SendMessageCommand({ QueueUrl: options.receiptQueueUrl, MessageBody: JSON.stringify(one.receipt) }),
      )
    }
    for (const ReceiptHandle of handles)
      await options.sqs.send(new DeleteMessageCommand({ QueueUrl: options.noticeQueueUrl, ReceiptHandle }))
  }
  return pulled
}

interface Received {
  readonly notice: Notice
  /** One for each time it came. */
  readonly handles: readonly string[]
}

async function receiveNotices({ sqs, noticeQueueUrl }: PullOptions): Promise<readonly Received[]> {
  const received = new Map<string, Received>()
  for (;;) {
    const receive = new ReceiveMessageCommand({ QueueUrl: noticeQueueUrl, MaxNumberOfMessages: 10, WaitTimeSeconds: 1 })
    const { Messages = [] } = await sqs.send(receive)
    if (Messages.length === 0) break
    for (const { Body = '', ReceiptHandle = '' } of Messages) {
      const notice = readNotice(Body)
      // What is no notice stays on the queue, which gives it to its dead letters
      if (!notice) continue
      const { handles = [] } = received.get(notice.id) ?? {}
      received.set(notice.id, { notice, handles: [...handles, ReceiptHandle] })
    }
  }
  return [...received.values()].sort((a, b) => a.notice.data.sequence - b.notice.data.sequence)
}

async function pullOne({ data }: Notice, options: PullOptions): Promise<Pulled> {
  const { sequence } = data
  const dir = join(options.dir, sequenceText(sequence))
  const trust = await readTrust(options.trustDir)
  const landing = (await exists(dir)) ? dir : `${dir}.part`
  const fault = landing === dir ? undefined : await download(data, landing, trust, options)
  if (fault) return { verified: false, dir: landing, sequence, faults: [fault] }
  const verdict = await verifyHandover(landing, trust, (done, of) =>
    options.onProgress?.({ step: 'verify', sequence, done, of }),
  )
  if (!('link' in verdict)) return { verified: false, dir: landing, sequence, faults: verdict.faults }
  const { link, found } = verdict
  const manifest = verdict.manifest as Manifest
  if (landing !== dir) await rename(landing, dir)
  if ((trust.seen?.sequence ?? -1) < sequence) await saveSeen(options.trustDir, link)
  const files = listedFiles(manifest)
  const receivedAt = options.clock().toISOString()
  const counts = countsOf(manifest, found)
  const receipt = { recipient: data.recipient, sequence, manifestSha256: link.sha256, ...counts, receivedAt }
  const bytes = files.reduce((sum, file) => sum + file.bytes, 0)
  return { verified: true, dir, sequence, files: files.length + 2, bytes, receipt }
}

/** Starts over what an earlier try left. The manifest is believed, and its files are fetched, only once it is proven. */
async function download(
  data: Notice['data'],
  landing: string,
  { jwks }: Trust,
  options: PullOptions,
): Promise<FileFault | undefined> {
  const { bucket, key, signatureKey, sha256 } = data.manifest
  await rm(landing, { recursive: true, force: true })
  const fetchOne = async (Key: string, path: string) => {
    await mkdir(dirname(path), { recursive: true })
    const { Body } = await options.s3.send(new GetObjectCommand({ Bucket: bucket, Key }))
    await pipeline(Body as Readable, createWriteStream(path))
  }
  await fetchOne(key, join(landing, manifestName))
  await fetchOne(signatureKey, join(landing, signatureName))
  const signed = await readSignedManifest(landing, jwks)
  if ('fault' in signed) return signed
  if (signed.link.sha256 !== sha256) return { file: manifestName, fault: 'not-the-one-announced' }

  const prefix = key.slice(0, -manifestName.length)
  const listed = listedFiles(signed.manifest)
  let done = 0
  await atOnce(parallelDownloads, listed, async ({ path }) => {
    await fetchOne(prefix + path, join(landing, path))
    options.onProgress?.({ step: 'download', sequence: data.sequence, done: ++done, of: listed.length })
  })
  return undefined
}

const parallelDownloads = 4

async function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  )
}
