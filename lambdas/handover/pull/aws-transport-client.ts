import type { Readable } from 'node:stream'
import { GetObjectCommand, type S3Client, type S3ServiceException } from '@aws-sdk/client-s3'
import { SendMessageCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { s3ObjectStore } from '../../shared/object-store.ts'
import { latestKey } from '../latest.ts'
import { packagePrefix } from '../manifest.ts'
import { recipientNoticeQueue } from '../recipients/recipient-notice-queue.ts'
import { bytesOf, longestSilence } from './byte-stream-client.ts'
import { type PullTransport, reasonOf, TransportFault } from './pull-transport.ts'

export interface AwsTransportOptions {
  readonly s3: S3Client
  readonly sqs: SQSClient
  readonly recipient: string
  /** Of what was handed over. */
  readonly bucket: string
  readonly noticeQueueUrl: string
  readonly receiptQueueUrl: string
}

/** For a recipient whose own role on AWS may read its prefix and its two queues. */
export function awsTransport(options: AwsTransportOptions, silence: number = longestSilence): PullTransport {
  const { s3, sqs, recipient, bucket, noticeQueueUrl, receiptQueueUrl } = options
  const queue = recipientNoticeQueue(sqs, { [recipient]: noticeQueueUrl })
  return {
    async latest() {
      return (await s3ObjectStore(s3, bucket).get(latestKey(recipient)).catch(faulty))?.bytes
    },
    async notices() {
      const received = await queue.receive(recipient).catch(faulty)
      return received.map(({ notice, handle }) => ({ notice, acknowledgement: handle }))
    },
    open({ form, sequence }) {
      const prefix = packagePrefix(form, recipient, sequence)
      return {
        async read(path, span, etag) {
          const get = new GetObjectCommand({
            Bucket: bucket,
            Key: `${prefix}/${path}`,
            ...(span && { Range: `bytes=${span.first}-${span.last}` }),
            ...(etag && { IfMatch: etag }),
          })
          const abortSignal = AbortSignal.timeout(silence)
          const { Body, ETag } = await s3.send(get, { abortSignal }).catch(faulty)
          const line = Body as Readable
          return { bytes: bytesOf(line, () => line.destroy(), silence), etag: ETag as string }
        },
      }
    },
    async answer(receipt, acknowledgements) {
      const send = new SendMessageCommand({ QueueUrl: receiptQueueUrl, MessageBody: JSON.stringify(receipt) })
      await sqs.send(send).catch(faulty)
      for (const handle of acknowledgements) await queue.remove(recipient, handle).catch(faulty)
    },
  }
}

function faulty(cause: Error & { readonly $metadata?: S3ServiceException['$metadata'] }): never {
  throw new TransportFault(reasonOf(cause.$metadata?.httpStatusCode), `${cause.name}: ${cause.message}`, { cause })
}
