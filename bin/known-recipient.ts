import type { Agreement } from '../lambdas/handover/agreement.ts'
import { agreementWith } from '../lambdas/handover/agreements.ts'
import { UsageError } from './command.ts'

/** @throws UsageError when there is none. */
export function knownAgreement(recipient: string): Agreement {
  try {
    return agreementWith(recipient)
  } catch (error) {
    throw new UsageError((error as Error).message)
  }
}

export function knownRecipient(name: string): string {
  return knownAgreement(name).recipient
}
