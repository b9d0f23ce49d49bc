import { z } from 'zod'
import { readHandover } from '../export/start-job.ts'
import { HandoverFault } from '../fault.ts'
import { type Link, stepInput } from '../handover.ts'
import { type Latest, nextDue } from '../latest.ts'
import { leasedJob } from '../leased-job.ts'
import { listedFiles, manifestName, type PackageForm, packagePrefix, type WrittenManifest } from '../manifest.ts'
import type { PublicationFacts } from '../publication.ts'
import { countsOf } from '../receipt.ts'
import { sha256Hex } from '../schemas.ts'
import { type Signer, signFlattened, signingKid } from '../signature.ts'
import { workKeys } from '../work-keys.ts'
import { once } from '../work-steps.ts'
import { commitPackage, makePackages, type Package, type Packages } from './package-steps.ts'
import { completeEarlier, completePublication, type PublicationNeeds } from './publication-steps.ts'

interface Needs extends PublicationNeeds {
  readonly signer: Signer
}

export const publishInput = stepInput.extend({ recipient: z.string() })

/**
 * Step 12: what is to be published is written into the ledger first; then schemas, signature and manifest, in this order and each only
 * if absent, of the change set first. The snapshot's manifest is the commit: whoever finds the entry in the ledger looks whether it
 * was made.
 */
export async function publishOne(needs: Needs, { sequence, recipient }: z.infer<typeof publishInput>) {
  const { work, published, ledger, signer } = needs
  await completeAllEarlier(needs, sequence, recipient)
  const previous = await checkHead(needs, sequence, recipient)
  const packages = await makePackages(needs, sequence, recipient)
  const manifest = JSON.parse(packages.snapshot.manifest) as WrittenManifest
  const facts = factsOf(packages, manifest, previous, needs)
  await once(work, workKeys(sequence).latest(recipient), () => signFlattened(latestOf(manifest, facts), signer))
  await ledger.addPublication(facts)
  const { changes, snapshot } = packages
  if (changes) await commitPackage(published, `${packagePrefix('changes', recipient, sequence)}/`, changes)
  await commitPackage(published, `${packagePrefix('snapshots', recipient, sequence)}/`, snapshot)
  await completePublication(needs, facts)
}

/** What an earlier handover committed and did not see through becomes the head before this one looks at it. */
async function completeAllEarlier(needs: Needs, sequence: number, recipient: string) {
  const earlier = (await needs.ledger.publications(recipient)).filter(
    ({ state, facts }) => state === 'prepared' && facts.sequence < sequence,
  )
  for (const { facts } of earlier.reverse()) await completeEarlier(needs, facts)
}

function factsOf(
  { snapshot, changes }: Packages,
  manifest: WrittenManifest,
  previous: Link | undefined,
  { clock }: Pick<Needs, 'clock'>,
): PublicationFacts {
  const { recipient, sequence, mode, asOf, totals } = manifest.handover
  const { rootSha256, rowsByProvince } = countsOf(manifest, listedFiles(manifest))
  return {
    recipient,
    sequence,
    ...pointerOf('snapshots', snapshot, manifest),
    kid: signingKid(snapshot.signature),
    previous: previous ?? null,
    mode,
    changes: changes && pointerOf('changes', changes, manifest),
    asOf,
    publishedAt: clock().toISOString(),
    totals: totals as PublicationFacts['totals'],
    rowsByProvince,
    rootSha256,
  }
}

function pointerOf(form: PackageForm, { manifest }: Package, { handover: { recipient, sequence } }: WrittenManifest) {
  return {
    manifestKey: `${packagePrefix(form, recipient, sequence)}/${manifestName}`,
    manifestBytes: Buffer.byteLength(manifest),
    manifestSha256: sha256Hex(manifest),
  }
}

/** Says which handover is the newest once it is published, and when the next is due at the latest. */
function latestOf({ handover }: WrittenManifest, facts: PublicationFacts): Buffer {
  const { recipient, sequence, manifestKey, manifestSha256, asOf } = facts
  const { full, delta = full } = handover.agreement.cadence
  const due = nextDue(new Date(asOf), delta).toISOString()
  const latest: Latest = { recipient, sequence, manifestKey, manifestSha256, asOf, nextDue: due }
  return Buffer.from(JSON.stringify(latest))
}

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
  return leasedJob('publish', publishInput, needs, input => publishOne(needs, input))
}
