import { z } from 'zod'
import type { PublicationFacts } from './ledger-store.ts'

/** What a recipient answers once it has verified and loaded a handover: what it counted. */
export const receipt = z.strictObject({
  recipient: z.string(),
  sequence: z.int().min(0),
  manifestSha256: z.string(),
  rows: z.record(z.string(), z.int().min(0)),
  receivedAt: z.iso.datetime(),
})
export type Receipt = z.infer<typeof receipt>

/** What is wrong with the receipt; undefined when it counted what was sent. */
export function disputeOf(facts: PublicationFacts, { manifestSha256, rows }: Receipt): string | undefined {
  if (manifestSha256 !== facts.manifestSha256) return 'the manifest is another one'
  for (const [dataset, { rows: sent }] of Object.entries(facts.totals)) {
    if (rows[dataset] !== sent) return `${dataset}: ${rows[dataset] ?? 'no'} rows counted, ${sent} sent`
  }
  const unknown = Object.keys(rows).find(dataset => !(dataset in facts.totals))
  return unknown && `${unknown}: counted, and never sent`
}
