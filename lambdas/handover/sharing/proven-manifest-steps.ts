import type { ObjectStore } from '../../shared/object-store.ts'
import { type AnyManifest, manifestName, readManifest, signatureName } from '../manifest.ts'
import { sha256Hex } from '../schemas.ts'
import { detachedFault, type Jwks } from '../signature.ts'

interface Needs {
  readonly published: ObjectStore
  readonly jwks: () => Promise<Jwks>
}

/**
 * A published manifest, once its hash is the ledger's and its signature holds; undefined when it is no longer kept.
 * @throws when it is another one, or nobody of ours signed it.
 */
export async function provenManifest(
  { published, jwks }: Needs,
  { manifestKey, manifestSha256 }: { readonly manifestKey: string; readonly manifestSha256: string },
): Promise<AnyManifest | undefined> {
  const signatureKey = manifestKey.replace(manifestName, signatureName)
  const [found, signature] = await Promise.all([published.get(manifestKey), published.get(signatureKey)])
  if (!found) return undefined
  if (sha256Hex(found.bytes) !== manifestSha256)
    throw new Error(`${manifestKey} is not the manifest that was published`)
  const fault = await detachedFault(found.bytes, Buffer.from(signature?.bytes ?? []).toString(), await jwks())
  if (fault) throw new Error(`${signatureKey}: ${fault}`)
  const manifest = readManifest(found.bytes)
  if (!manifest) throw new Error(`${manifestKey} is no manifest`)
  return manifest
}
