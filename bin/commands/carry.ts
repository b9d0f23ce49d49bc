import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { type Ledger, ledgerStore } from '../../lambdas/handover/ledger-store.ts'
import { loadMedium, owed, receiptsOn } from '../../lambdas/handover/pull/medium-files.ts'
import type { Receipt } from '../../lambdas/handover/receipt.ts'
import { s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { withStack } from '../../local/connect.ts'
import { buckets, tables } from '../../local/stack/resources.ts'
import { type Command, option } from '../command.ts'
import { knownRecipient } from '../known-recipient.ts'
import { stateDirOf, stateOption } from '../state.ts'

export const command: Command = {
  summary: 'Take receipts off a medium and put onto it what is owed · Bàn giao qua phương tiện lưu trữ',
  usage: '--recipient R --to MEDIUM [--state DIR]',
  options: { ...stateOption, recipient: { type: 'string' }, to: { type: 'string' } },
  async run(given, terminal) {
    const recipient = knownRecipient(option(given, 'recipient'))
    const medium = { dir: resolve(option(given, 'to')), recipient }
    const { settled, carried } = await withStack(stateDirOf(given), async ({ address, clients }) => {
      const ledger = ledgerStore(clients.db, tables.ledger)
      const settled = []
      for (const receipt of await receiptsOn(medium)) {
        const send = { QueueUrl: address.receiptQueues[recipient], MessageBody: JSON.stringify(receipt) }
        await clients.sqs.send(new SendMessageCommand(send))
        settled.push({ sequence: receipt.sequence, state: await settledState(ledger, receipt) })
      }
      const handovers = owed(await ledger.publications(recipient))
      const progress = terminal.progress('carry · chép ra', 1)
      const published = s3ObjectStore(clients.s3, buckets.handover)
      await loadMedium(published, medium, handovers, (done, of) => progress.at(done, of))
      progress.done('files')
      return { settled, carried: handovers.map(({ sequence }) => sequence) }
    })
    return {
      ok: settled.every(({ state }) => state === 'closed'),
      document: { dir: medium.dir, recipient, settled, carried },
      lines: [
        ...settled.map(({ sequence, state }) => `  ${state === 'closed' ? '✓' : '✗'} handover ${sequence} is ${state}`),
        carried.length
          ? `  handovers ${carried.join(', ')} lie in ${medium.dir}`
          : '  nothing is owed · không còn gói nào',
        `  there: npx bangiao pull --recipient ${recipient} --from MEDIUM --to DIR`,
      ],
    }
  },
}

/** What became of the handover once its receipt was looked at. */
async function settledState(ledger: Ledger, { recipient, sequence }: Receipt): Promise<string> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const { state = 'unknown' } = (await ledger.publication(recipient, sequence)) ?? {}
    if (state !== 'announced' || Date.now() > deadline) return state
    await sleep(100)
  }
}
