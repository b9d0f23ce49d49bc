import { atOnce } from '../../shared/at-once.ts'
import { log } from '../../shared/log.ts'
import type { LockingStore, ObjectStore } from '../../shared/object-store.ts'
import { HandoverFault } from '../fault.ts'
import type { Link } from '../handover.ts'
import { latestKey } from '../latest.ts'
import type { Ledger } from '../ledger-store.ts'
import { type AnyManifest, packagePrefix, readManifest } from '../manifest.ts'
import type { PublicationFacts } from '../publication.ts'
import { sha256Hex } from '../schemas.ts'
import type { FlattenedJws } from '../signature.ts'
import { workKeys } from '../work-keys.ts'
import { getJson } from '../work-steps.ts'
import { putLatest } from './latest-steps.ts'

export interface PublicationNeeds {
  readonly work: ObjectStore
  readonly published: LockingStore
  readonly ledger: Ledger
  readonly clock: () => Date
}

/**
 * What follows a commit: the recipient's head moves, every object is locked for as long as the agreement says, `latest.json` follows,
 * and the notice waits to be sent: whoever sees it may answer at once. Whoever finds it half done does the rest. False when there was
 * no commit.
 * @throws HandoverFault when the chain has moved on without it.
 */
export async function completePublication(needs: PublicationNeeds, facts: PublicationFacts): Promise<boolean> {
  const { work, published, ledger } = needs
  const { recipient, sequence, previous } = facts
  const manifest = await committedManifest(published, facts)
  if (!manifest) return false
  const link = { sequence, sha256: facts.manifestSha256 }
  const moved = await ledger.moveHead(recipient, previous ?? undefined, link)
  if (!moved && !(await isInChain(ledger, recipient, link))) {
    throw new HandoverFault('stale-head', facts.manifestKey, `the chain of ${recipient} moved on without it`)
  }
  for (const form of ['changes', 'snapshots'] as const)
    await retainAll(needs, `${packagePrefix(form, recipient, sequence)}/`, new Date(manifest.handover.retentionUntil))
  await putLatest(
    published,
    latestKey(recipient),
    await getJson<FlattenedJws>(work, workKeys(sequence).latest(recipient)),
  )
  await ledger.movePublication('prepared', { state: 'published', facts })
  return true
}

/** The same of what an earlier handover may have left; where the chain has moved on without it, it stays unannounced and holds nobody up. */
export async function completeEarlier(needs: PublicationNeeds, facts: PublicationFacts): Promise<boolean> {
  try {
    return await completePublication(needs, facts)
  } catch (error) {
    if (!(error instanceof HandoverFault && error.code === 'stale-head')) throw error
    log.error('a commit was passed over', error, { recipient: facts.recipient, sequence: facts.sequence })
    return false
  }
}

async function isInChain(ledger: Ledger, recipient: string, { sha256 }: Link): Promise<boolean> {
  if ((await ledger.head(recipient))?.sha256 === sha256) return true
  return (await ledger.publications(recipient)).some(({ facts }) => facts.previous?.sha256 === sha256)
}

async function committedManifest(
  published: LockingStore,
  { manifestKey, manifestSha256 }: PublicationFacts,
): Promise<AnyManifest | undefined> {
  const found = await published.get(manifestKey)
  return found && sha256Hex(found.bytes) === manifestSha256 ? readManifest(found.bytes) : undefined
}

/** `latest.json` alone stays free, since it is written again and again. */
async function retainAll({ published, clock }: PublicationNeeds, prefix: string, until: Date) {
  if (until <= clock()) return
  await atOnce(retainedAtOnce, await published.list(prefix), ({ key }) => published.retain(key, until))
}

const retainedAtOnce = 16
