import { eachInSpite } from '../../shared/each-in-spite.ts'
import type { Handover } from '../handover.ts'
import { noticeOf } from '../notice.ts'
import type { PublicationFacts } from '../publication.ts'
import { workKeys } from '../work-keys.ts'
import { getJson } from '../work-steps.ts'
import type { NoticeQueue } from './notice-queue.ts'
import { completeEarlier, type PublicationNeeds } from './publication-steps.ts'

export interface OutboxNeeds extends PublicationNeeds {
  readonly notices: NoticeQueue
  /** Where handovers are published. */
  readonly bucket: string
}

/** How many notices it sent, to all whom a handover serves. @throws what failed for one recipient, once the others are served. */
export async function clearOutboxes(needs: OutboxNeeds, sequence: number): Promise<number> {
  const { agreements } = await getJson<Handover>(needs.work, workKeys(sequence).handover)
  let sent = 0
  await eachInSpite(agreements, async ({ recipient }) => {
    sent += await clearOutbox(needs, recipient)
  })
  return sent
}

/**
 * Announces to a recipient exactly what was committed: of what was prepared it looks whether the commit was made, and then sees it
 * through; what was published it sends and then marks, so that a crash between the two sends it again under the same id.
 * How many it sent.
 */
export async function clearOutbox(needs: OutboxNeeds, recipient: string): Promise<number> {
  const { ledger, clock } = needs
  const open = (await ledger.publications(recipient)).filter(
    ({ state }) => state === 'prepared' || state === 'published',
  )
  let sent = 0
  for (const { state, facts } of open.reverse()) {
    if (state === 'prepared' && !(await completeEarlier(needs, facts))) continue
    await sendNotice(needs, facts)
    await ledger.movePublication('published', { state: 'announced', facts, announcedAt: clock().toISOString() })
    sent++
  }
  return sent
}

export async function sendNotice(
  { notices, bucket }: Pick<OutboxNeeds, 'notices' | 'bucket'>,
  facts: PublicationFacts,
) {
  await notices.send(noticeOf(facts, bucket))
}
