import { z } from 'zod'
import { eachInSpite } from '../../shared/each-in-spite.ts'
import { job } from '../../shared/job.ts'
import { log } from '../../shared/log.ts'
import { lateReceipt } from '../settings.ts'
import { clearOutbox, type OutboxNeeds, sendNotice } from './outbox-steps.ts'
import { overdue } from './overdue.ts'

interface Needs extends OutboxNeeds {
  readonly recipients: readonly string[]
}

/** Every day: announces what a handover that broke off has left, and sends the notices again whose receipts are late. */
export async function remind(needs: Needs) {
  const { ledger, recipients, clock } = needs
  let late = 0
  await eachInSpite(recipients, async recipient => {
    await clearOutbox(needs, recipient)
    for (const { facts } of overdue(await ledger.publications(recipient), clock())) {
      log.warn(lateReceipt, { recipient, sequence: facts.sequence })
      await sendNotice(needs, facts)
      late += 1
    }
  })
  return { late }
}

export function remindJob(needs: Needs) {
  return job('remind', z.unknown(), () => remind(needs))
}
