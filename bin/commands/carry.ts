import { resolve } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { isDeepStrictEqual } from 'node:util'
import { SendMessageCommand } from '@aws-sdk/client-sqs'
import { latestKey, readLatest } from '../../lambdas/handover/latest.ts'
import { type Ledger, ledgerStore } from '../../lambdas/handover/ledger-store.ts'
import type { Publication } from '../../lambdas/handover/publication.ts'
import { type Loaded, loadMedium, type Medium, owed, receiptsOn } from '../../lambdas/handover/pull/medium-files.ts'
import type { Receipt } from '../../lambdas/handover/receipt.ts'
import { type ObjectStore, s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { withStack } from '../../local/connect.ts'
import { buckets, tables } from '../../local/stack/resources.ts'
import { type Command, option } from '../command.ts'
import { knownRecipient } from '../known-recipient.ts'
import { makeNamedFolder } from '../named-folder.ts'
import { stateDirOf, stateOption } from '../state.ts'
import type { Terminal } from '../terminal.ts'

export const command: Command = {
  summary: 'Take receipts off a medium and put onto it what is owed · Bàn giao qua phương tiện lưu trữ',
  form: { takes: [], usage: '--recipient R --to MEDIUM [--state DIR]' },
  options: { ...stateOption, recipient: { type: 'string' }, to: { type: 'string' } },
  async run(given, terminal) {
    const recipient = knownRecipient(option(given, 'recipient'))
    const medium = { dir: resolve(option(given, 'to')), recipient }
    await makeNamedFolder(medium.dir)
    const { settled, carried, notKept } = await withStack(stateDirOf(given), async ({ address, clients }) => {
      const ledger = ledgerStore(clients.db, tables.ledger)
      const settled = []
      for (const receipt of await receiptsOn(medium)) {
        const before = await ledger.publication(recipient, receipt.sequence)
        const send = { QueueUrl: address.receiptQueues[recipient], MessageBody: JSON.stringify(receipt) }
        await clients.sqs.send(new SendMessageCommand(send))
        settled.push({ sequence: receipt.sequence, state: await settledState(ledger, receipt, before) })
      }
      const published = s3ObjectStore(clients.s3, buckets.handover)
      return { settled, ...(await loadOwed(published, ledger, medium, terminal)) }
    })
    return {
      ok: settled.every(({ state }) => state === 'closed'),
      document: { dir: medium.dir, recipient, settled, carried, notKept },
      lines: [
        ...settled.map(({ sequence, state }) => `  ${state === 'closed' ? '✓' : '✗'} handover ${sequence} is ${state}`),
        ...(carried.length ? [`  handovers ${carried.join(', ')} lie in ${medium.dir}`] : []),
        ...(notKept.length ? [`  ✗ handovers ${notKept.join(', ')} are owed and no longer kept · không còn lưu`] : []),
        ...(carried.length + notKept.length ? [] : ['  nothing is owed · không còn gói nào']),
        `  there: npx bangiao pull --recipient ${recipient} --from MEDIUM --to DIR`,
      ],
    }
  },
}

/** What `latest.json` says is read first, so that what it names is on the medium although another handover comes meanwhile. */
async function loadOwed(published: ObjectStore, ledger: Ledger, medium: Medium, terminal: Terminal): Promise<Loaded> {
  const latest = await published.get(latestKey(medium.recipient))
  if (!latest) return { carried: [], notKept: [] }
  const { sequence, manifestSha256 } = readLatest(latest.bytes)
  const handovers = owed(await ledger.publications(medium.recipient), { sequence, sha256: manifestSha256 })
  const progress = terminal.progress('carry · chép ra', 1)
  const loaded = await loadMedium(published, medium, handovers, latest.bytes, (done, of) => progress.at(done, of))
  progress.done('files')
  return loaded
}

/** What became of the handover once its receipt was looked at: it may close, or begin a dispute although there was one already. */
async function settledState(
  ledger: Ledger,
  { recipient, sequence }: Receipt,
  before: Publication | undefined,
): Promise<string> {
  const deadline = Date.now() + 30_000
  for (;;) {
    const now = await ledger.publication(recipient, sequence)
    if (!now) return 'unknown'
    const isSettled = now.state === 'closed' || (now.state === 'disputed' && !isDeepStrictEqual(now, before))
    if (isSettled || Date.now() > deadline) return now.state
    await sleep(100)
  }
}
