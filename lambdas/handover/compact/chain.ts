import { isDeepStrictEqual } from 'node:util'
import type { Agreement } from '../agreement.ts'
import type { Link } from '../handover.ts'
import { isChangeManifest, type Manifest, type Rebaseline, readManifest } from '../manifest.ts'
import { fingerprint, snapshotSchemas } from '../schemas.ts'

/** How a recipient's new snapshot stands to the one before it. */
export type Chain =
  | { readonly rebaseline: Rebaseline; readonly earlier?: never }
  /** Its change set goes from this one. */
  | { readonly rebaseline: null; readonly earlier: Manifest }

/**
 * A chain goes on while rows of two snapshots mean the same: under one agreement, in one schema. `manifest` is the earlier snapshot's,
 * as it was published; a gap is where it is gone.
 */
export function chainOf(agreement: Agreement, link: Link | undefined, manifest: Uint8Array | undefined): Chain {
  if (!link) return { rebaseline: 'first' }
  const earlier = manifest && readManifest(manifest)
  if (!earlier || isChangeManifest(earlier)) return { rebaseline: 'gap' }
  const same =
    isDeepStrictEqual(earlier.handover.agreement, agreement) &&
    earlier.handover.schemaFingerprint === fingerprint(snapshotSchemas(agreement))
  return same ? { rebaseline: null, earlier } : { rebaseline: 'agreement-changed' }
}
