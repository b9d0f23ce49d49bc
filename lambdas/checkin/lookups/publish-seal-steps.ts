import { latestKey } from '../../handover/latest.ts'
import { manifestBytes, manifestName, sequenceText } from '../../handover/manifest.ts'
import { putLatest } from '../../handover/publish/latest-steps.ts'
import { commitPackage, type Package } from '../../handover/publish/package-steps.ts'
import { sha256Hex } from '../../handover/schemas.ts'
import { type Signer, signDetached, signFlattened } from '../../handover/signature.ts'
import { once } from '../../handover/work-steps.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import type { LatestSeal } from './latest-seal.ts'
import type { Seal } from './seal.ts'
import { buildSealManifest, logName, sealPrefix } from './seal-manifest.ts'
import type { SealSchedule } from './seal-window.ts'
import type { SealedFile, SealedRows } from './sealed-rows-engine.ts'

/** What a seal holds, as it stands in the work store. */
export interface SealContent extends Pick<SealedRows, 'counts' | 'rowsByProvince'> {
  readonly files: readonly (Omit<SealedFile, 'path'> & { readonly workKey: string })[]
  readonly exportArn: string
  readonly items: number
}

interface Needs {
  readonly work: ObjectStore
  readonly published: ObjectStore
  readonly signer: Signer
  readonly clock: () => Date
  readonly schedule: SealSchedule
}

/**
 * Once its files are placed: puts the signature, then the manifest, each only if absent: that last put is the commit. Then
 * `latest.json` follows. Gives the SHA-256 of the manifest.
 * @throws HandoverFault when other bytes stand there already.
 */
export async function publishSeal(needs: Needs, seal: Seal, content: SealContent): Promise<string> {
  const { published, signer, schedule } = needs
  const sealed = await makePackage(needs, seal, content)
  await commitPackage(published, sealPrefix(seal.sequence), sealed)
  const manifestSha256 = sha256Hex(sealed.manifest)
  const latest = Buffer.from(JSON.stringify(latestOf(seal, manifestSha256, schedule)))
  await putLatest(published, latestKey(logName), await signFlattened(latest, signer))
  return manifestSha256
}

/** Made and signed once; whoever asks again gets the same bytes. */
function makePackage({ work, signer, clock }: Needs, seal: Seal, content: SealContent): Promise<Package> {
  return once(work, `${sequenceText(seal.sequence)}/package.json`, async () => {
    const bytes = manifestBytes(buildSealManifest({ seal, created: clock(), ...content }))
    return { manifest: bytes.toString(), signature: await signDetached(bytes, signer), schemas: [] }
  })
}

function latestOf({ sequence, window: { to } }: Seal, manifestSha256: string, schedule: SealSchedule): LatestSeal {
  return {
    log: logName,
    sequence,
    manifestKey: `${sealPrefix(sequence)}${manifestName}`,
    manifestSha256,
    to,
    nextDue: new Date(Date.parse(to) + 2 * schedule.everySeconds * 1000).toISOString(),
  }
}
