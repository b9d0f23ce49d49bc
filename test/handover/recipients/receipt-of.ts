import type { PublicationFacts } from '../../../lambdas/handover/publication.ts'
import type { Receipt } from '../../../lambdas/handover/receipt.ts'

/** The receipt of a recipient who found what was sent. */
export function receiptOf(facts: PublicationFacts): Receipt {
  const { recipient, sequence, manifestSha256, rootSha256, rowsByProvince, totals } = facts
  const rows = Object.fromEntries(Object.entries(totals).map(([dataset, { rows }]) => [dataset, rows]))
  return { recipient, sequence, manifestSha256, rootSha256, rows, rowsByProvince, receivedAt: '2026-11-22T08:00:00Z' }
}
