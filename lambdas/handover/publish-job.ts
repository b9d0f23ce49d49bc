import { z } from 'zod'
import { atOnce } from '../shared/at-once.ts'
import { job } from '../shared/job.ts'
import type { LockingStore, ObjectStore } from '../shared/object-store.ts'
import { HandoverFault } from './fault.ts'
import { type Link, stepInput } from './handover.ts'
import { type Latest, latestKey, nextDue, readLatest } from './latest.ts'
import type { Ledger, PublicationFacts } from './ledger-store.ts'
import { listedFiles, type Manifest, manifestName, packagePrefix } from './manifest.ts'
import { commitPackage, makePackages } from './package-steps.ts'
import { countsOf } from './receipt.ts'
import { sha256Hex } from './schemas.ts'
import { type Signer, signFlattened } from './signature.ts'
import { readHandover, renewLease } from './start-job.ts'

interface Needs {
  readonly work: ObjectStore
  readonly published: LockingStore
  readonly ledger: Ledger
  readonly signer: Signer
  readonly clock: () => Date
}

export const publishInput = stepInput.extend({ recipient: z.string() })

/**
 * Step 12: schemas, signature and manifest, in this order and each only if absent, of the change set first; the snapshot's manifest
 * is the commit. Then the
 * recipient's head moves, `latest.json` follows, every object is locked for as long as the agreement says, and the notice waits
 * in the ledger to be sent.
 */
export async function publishOne(needs: Needs, { sequence, recipient }: z.infer<typeof publishInput>) {
  const { published, ledger, signer, clock } = needs
  await renewLease(needs, sequence)
  const previous = await checkHead(needs, sequence, recipient)
  const { snapshot, changes } = await makePackages(needs, sequence, recipient)
  const prefix = `${packagePrefix('snapshots', recipient, sequence)}/`
  const changesPrefix = `${packagePrefix('changes', recipient, sequence)}/`
  const manifestKey = prefix + manifestName
  if (changes) await commitPackage(published, changesPrefix, changes)
  await commitPackage(published, prefix, snapshot)

  const manifest = JSON.parse(snapshot.manifest) as Manifest
  const { handover } = manifest
  const { rootSha256, rowsByProvince } = countsOf(manifest, listedFiles(manifest))
  const manifestSha256 = sha256Hex(snapshot.manifest)
  await ledger.addPublication({
    recipient,
    sequence,
    manifestKey,
    manifestBytes: Buffer.byteLength(snapshot.manifest),
    manifestSha256,
    kid: signer.kid,
    previous: previous ?? null,
    mode: handover.mode,
    changes: changes && {
      manifestKey: changesPrefix + manifestName,
      manifestBytes: Buffer.byteLength(changes.manifest),
      manifestSha256: sha256Hex(changes.manifest),
    },
    asOf: handover.asOf,
    publishedAt: clock().toISOString(),
    totals: handover.totals as PublicationFacts['totals'],
    rowsByProvince,
    rootSha256,
  })
  const link = { sequence, sha256: manifestSha256 }
  if (!(await ledger.moveHead(recipient, previous, link)) && (await ledger.head(recipient))?.sha256 !== link.sha256) {
    throw new HandoverFault('stale-head', manifestKey, `the chain of ${recipient} moved on meanwhile`)
  }
  const { full, delta = full } = handover.agreement.cadence
  const due = nextDue(new Date(handover.asOf), delta).toISOString()
  await putLatest(needs, { recipient, sequence, manifestKey, manifestSha256, asOf: handover.asOf, nextDue: due })
  for (const each of [changesPrefix, prefix]) await retainAll(needs, each, new Date(handover.retentionUntil))
}

/** `latest.json` alone stays free, since it is written again and again. */
async function retainAll({ published, clock }: Pick<Needs, 'published' | 'clock'>, prefix: string, until: Date) {
  if (until <= clock()) return
  await atOnce(retainedAtOnce, await published.list(prefix), ({ key }) => published.retain(key, until))
}

const retainedAtOnce = 16

/**
 * The link that this handover follows.
 * @throws HandoverFault when the recipient's chain has moved on since the handover began.
 */
export async function checkHead(
  { work, ledger }: Pick<Needs, 'work' | 'ledger'>,
  sequence: number,
  recipient: string,
): Promise<Link | undefined> {
  const previous = (await readHandover(work, sequence)).previous[recipient]
  const head = await ledger.head(recipient)
  if (head?.sha256 !== previous?.sha256 && head?.sequence !== sequence) {
    throw new HandoverFault(
      'stale-head',
      `handover ${sequence} for ${recipient}`,
      `follows ${previous?.sequence ?? 'none'}, the head is ${head?.sequence}`,
    )
  }
  return previous
}

export function publishJob(needs: Needs) {
  return job('publish', publishInput, input => publishOne(needs, input))
}

/** Written again and again, so it carries its own signature; an older handover never takes the place of a newer one. */
async function putLatest({ published, signer }: Pick<Needs, 'published' | 'signer'>, latest: Latest) {
  const key = latestKey(latest.recipient)
  const bytes = Buffer.from(JSON.stringify(await signFlattened(Buffer.from(JSON.stringify(latest)), signer)))
  for (;;) {
    const held = await published.get(key)
    if (held && readLatest(held.bytes).sequence >= latest.sequence) return
    if (await published.replace(key, bytes, held?.etag)) return
  }
}
