import { log } from '../../shared/log.ts'
import type { Ledger } from '../ledger-store.ts'
import type { Publication } from '../publication.ts'
import { type Discrepancy, discrepanciesOf, type Receipt } from '../receipt.ts'
import { disputedReceipt } from '../settings.ts'

/** What a receipt came to; the discrepancies are none when it closed the handover. */
export type Settled =
  | { readonly state: 'closed'; readonly discrepancies: readonly [] }
  | { readonly state: 'disputed'; readonly discrepancies: readonly Discrepancy[] }

/** A handover that was not published to this recipient: one that is prepared may yet never be. */
export class UnknownHandover extends Error {
  override readonly name = 'UnknownHandover'
}

/**
 * Keeps a receipt and settles its handover: closed when the recipient found what was sent, otherwise disputed, until it counts again.
 * A closed one stays closed, and keeps the receipt that closed it.
 * @throws UnknownHandover
 */
export async function settle(
  { ledger, clock }: { readonly ledger: Ledger; readonly clock: () => Date },
  received: Receipt,
): Promise<Settled> {
  const { recipient, sequence } = received
  const publication = await ledger.publication(recipient, sequence)
  if (!publication || publication.state === 'prepared')
    throw new UnknownHandover(`no handover ${sequence} for ${recipient}`)
  if (publication.state === 'closed') return closed
  await ledger.putReceipt(received)
  const { facts } = publication
  const discrepancies = discrepanciesOf(facts, received)
  const at = clock().toISOString()
  const settled: Publication =
    discrepancies.length === 0
      ? { state: 'closed', facts, closedAt: at }
      : { state: 'disputed', facts, disputedAt: at, discrepancies }
  if (!(await ledger.movePublication(publication.state, settled)))
    throw new Error('the handover moved on meanwhile: read it again')
  if (settled.state === 'closed') {
    log.info('handover closed', { sequence, recipient })
    return closed
  }
  log.warn(disputedReceipt, { sequence, recipient })
  return { state: 'disputed', discrepancies }
}

const closed: Settled = { state: 'closed', discrepancies: [] }
