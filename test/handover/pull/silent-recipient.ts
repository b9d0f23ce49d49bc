import { latestKey } from '../../../lambdas/handover/latest.ts'
import type { PullTransport } from '../../../lambdas/handover/pull/pull-transport.ts'
import { recipientScene } from '../recipients/recipient-scene.ts'
import { type GivenFile, handOver } from './published-handover.ts'

/** A recipient over HTTPS who hears of nothing, after a handover of these files. */
export async function aRecipient(files: readonly GivenFile[]) {
  const scene = await recipientScene()
  await handOver(scene.publisher, files)
  const transport = deaf(scene.transports.https())
  return { scene, transport, recipient: await scene.recipient(transport) }
}

/** Over which no notice ever comes. */
export function deaf(transport: PullTransport): PullTransport {
  return { ...transport, notices: async () => [] }
}

export async function latestOf({ published }: Awaited<ReturnType<typeof recipientScene>>): Promise<Uint8Array> {
  return (await published.get(latestKey('moh')))?.bytes as Uint8Array
}

/** What a pull answers that took nothing. */
export function faulty(file: string, fault: string): object {
  return [{ verified: false, faults: [{ file, fault }] }]
}
