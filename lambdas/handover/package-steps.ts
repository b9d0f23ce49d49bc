import type { NewObject, ObjectStore } from '../shared/object-store.ts'
import type { ExportSummary } from './export-manifest.ts'
import { HandoverFault } from './fault.ts'
import type { Handover } from './handover.ts'
import { buildManifest, manifestBytes, manifestName, type SchemaFile, sha256Hex, signatureName } from './manifest.ts'
import type { Reconciled } from './reconcile-job.ts'
import { type Signer, signDetached } from './signature.ts'
import type { Tally } from './tally.ts'
import { workKeys } from './work-keys.ts'
import { getJson, once } from './work-steps.ts'

export interface Package {
  /** The exact bytes that are signed, as text. */
  readonly manifest: string
  readonly signature: string
  readonly schemas: readonly SchemaFile[]
}

/** Makes and signs one recipient's manifest once; whoever asks again gets the same bytes. */
export async function makePackage(
  { work, signer, clock }: { readonly work: ObjectStore; readonly signer: Signer; readonly clock: () => Date },
  sequence: number,
  recipient: string,
): Promise<Package> {
  const keys = workKeys(sequence)
  return once(work, keys.package(recipient), async () => {
    const { agreements, asOf, asOfDay, previous } = await getJson<Handover>(work, keys.handover)
    const { exportArn } = await getJson<ExportSummary>(work, keys.source)
    const { items, moving } = await getJson<Tally>(work, keys.tally)
    const reconciled = await getJson<Reconciled>(work, keys.reconciled)
    const agreement = agreements.find(agreement => agreement.recipient === recipient)
    const files = reconciled[recipient]
    if (!agreement || !files) throw new Error(`handover ${sequence} is not for ${recipient}`)
    const { manifest, schemas } = buildManifest({
      agreement,
      sequence,
      previous: previous[recipient] ?? null,
      created: clock(),
      asOf: new Date(asOf),
      asOfDay,
      source: { exportArn, items },
      moving,
      ...files,
    })
    const bytes = manifestBytes(manifest)
    return { manifest: bytes.toString(), signature: await signDetached(bytes, signer), schemas }
  })
}

/** Puts what describes the files, then the signature, then the manifest: that last put is the commit. */
export async function commitPackage(published: ObjectStore, prefix: string, { manifest, signature, schemas }: Package) {
  for (const { path, text } of schemas) await putOnce(published, prefix + path, asNew(text))
  await putOnce(published, prefix + signatureName, asNew(signature))
  await putOnce(published, prefix + manifestName, asNew(manifest))
}

/** @throws HandoverFault when other bytes stand there: equal ones are our own earlier try. */
export async function putOnce(published: ObjectStore, key: string, object: NewObject) {
  if ((await published.putNew(key, object)) === 'different') {
    throw new HandoverFault('already-published', key, 'other bytes stand there already, and are left as they are')
  }
}

function asNew(text: string): NewObject {
  const bytes = Buffer.from(text)
  return { bytes, sha256: sha256Hex(bytes) }
}
