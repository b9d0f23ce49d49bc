import type { NewObject, ObjectStore } from '../../shared/object-store.ts'
import type { Chain } from '../compact/chain.ts'
import type { PlacedFile } from '../compact/placed-file.ts'
import type { Reconciled } from '../compact/reconcile-job.ts'
import type { PlacedTally } from '../compact/tally.ts'
import type { DatasetName } from '../datasets.ts'
import { HandoverFault } from '../fault.ts'
import type { Handover } from '../handover.ts'
import {
  type AnyManifest,
  buildChangeManifest,
  buildManifest,
  manifestBytes,
  manifestName,
  readManifest,
  signatureName,
} from '../manifest.ts'
import { type SchemaFile, sha256Hex } from '../schemas.ts'
import { type Signer, signDetached } from '../signature.ts'
import { workKeys } from '../work-keys.ts'
import { getJson, once } from '../work-steps.ts'

export interface Package {
  /** The exact bytes that are signed, as text. */
  readonly manifest: string
  readonly signature: string
  readonly schemas: readonly SchemaFile[]
}

/** A recipient's handover in both forms; no changes where its chain begins anew. */
export interface Packages {
  readonly snapshot: Package
  readonly changes: Package | null
}

/** Makes and signs one recipient's manifests once; whoever asks again gets the same bytes. */
export async function makePackages(
  { work, signer, clock }: { readonly work: ObjectStore; readonly signer: Signer; readonly clock: () => Date },
  sequence: number,
  recipient: string,
): Promise<Packages> {
  const keys = workKeys(sequence)
  return once(work, keys.packages(recipient), async () => {
    const { agreements, asOf, asOfDay, cut, previous } = await getJson<Handover>(work, keys.handover)
    const exportArns = await getJson<readonly string[]>(work, keys.source)
    const { items, moving, headAbsent } = await getJson<PlacedTally>(work, keys.tally)
    const { [recipient]: reconciled } = await getJson<Reconciled>(work, keys.reconciled)
    const { [recipient]: chain } = await getJson<Readonly<Record<string, Chain>>>(work, keys.chains)
    const agreement = agreements.find(agreement => agreement.recipient === recipient)
    if (!agreement || !reconciled || !chain) throw new Error(`handover ${sequence} is not for ${recipient}`)
    const { files, exceptions } = reconciled
    const link = previous[recipient] ?? null
    const source = { exportArns, items }
    const facts = {
      agreement,
      sequence,
      previous: link,
      created: clock(),
      asOf: new Date(asOf),
      asOfDay,
      source,
      exceptions,
    }
    const sign = async ({
      manifest,
      schemas,
    }: {
      readonly manifest: AnyManifest
      readonly schemas: readonly SchemaFile[]
    }) => {
      const bytes = manifestBytes(manifest)
      if (!readManifest(bytes)) throw new Error('a manifest that no recipient could read is not signed')
      return { manifest: bytes.toString(), signature: await signDetached(bytes, signer), schemas }
    }
    const changes =
      reconciled.changes && link
        ? await sign(
            buildChangeManifest({ ...facts, previous: link, files: reconciled.changes, resultingRows: rowsOf(files) }),
          )
        : null
    const { rebaseline } = chain
    const changeLink = changes && { sequence, sha256: sha256Hex(changes.manifest) }
    const snapshot = await sign(
      buildManifest({ ...facts, mode: cut.mode, changes: changeLink, rebaseline, files, moving, headAbsent }),
    )
    return { snapshot, changes }
  })
}

function rowsOf(files: readonly PlacedFile[]): Partial<Record<DatasetName, number>> {
  const rows: Partial<Record<DatasetName, number>> = {}
  for (const file of files) rows[file.dataset] = (rows[file.dataset] ?? 0) + file.rows
  return rows
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
