import { awsTransport } from '../lambdas/handover/pull/aws-transport-client.ts'
import { httpsTransport } from '../lambdas/handover/pull/https-transport-client.ts'
import type { PullTransport } from '../lambdas/handover/pull/pull-transport.ts'
import { clientKey } from '../local/client-key.ts'
import { buckets } from '../local/stack/resources.ts'
import type { Stack } from '../local/stack/stack.ts'
import { UsageError } from './command.ts'
import { tokensOf } from './tokens.ts'

/** How a recipient reaches the platform: over HTTPS as a client of its own, or by its own role on AWS. */
export const transports = ['https', 'aws'] as const
export type Transport = (typeof transports)[number]

export function transportNamed(name: string): Transport {
  const found = transports.find(transport => transport === name)
  if (!found) throw new UsageError(`--transport must be one of ${transports.join(', ')}, not ${name}`)
  return found
}

export async function recipientTransport(
  kind: Transport,
  { address, clients }: Pick<Stack, 'address' | 'clients'>,
  stateDir: string,
  recipient: string,
): Promise<PullTransport> {
  if (kind === 'aws') {
    const { s3, sqs } = clients
    const [noticeQueueUrl, receiptQueueUrl] = [address.noticeQueues[recipient], address.receiptQueues[recipient]]
    if (!noticeQueueUrl || !receiptQueueUrl) throw new Error(`${recipient} has no queues`)
    return awsTransport({ s3, sqs, recipient, bucket: buckets.handover, noticeQueueUrl, receiptQueueUrl })
  }
  return httpsTransportTo(address.api, stateDir, recipient)
}

/** To a platform wherever it is, by the key that the recipient's client has below `stateDir`. */
export async function httpsTransportTo(api: string, stateDir: string, recipient: string): Promise<PullTransport> {
  const tokens = tokensOf(api, await clientKey(stateDir, { role: 'recipient', recipient }))
  return httpsTransport({ api, recipient, tokens, clock: () => new Date() })
}

/** The address of a deployed API, with its stage: nothing but HTTPS leaves this machine. */
export function apiAddress(text: string): string {
  const url = URL.parse(text)
  const isSafe = url?.protocol === 'https:' || (url?.protocol === 'http:' && url.hostname === '127.0.0.1')
  if (!url || !isSafe || url.search || url.hash) throw new UsageError(`--api must be an address by https, not ${text}`)
  return url.href.replace(/\/$/, '')
}
