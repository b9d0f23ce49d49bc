import type { Context } from 'aws-lambda'
import { expect } from 'vitest'
import type { FinalObject } from '../../../lambdas/handover/compact/reconcile-job.ts'
import type { Link } from '../../../lambdas/handover/handover.ts'
import { readLatest } from '../../../lambdas/handover/latest.ts'
import {
  type AnyManifest,
  isChangeManifest,
  listedFiles,
  manifestName,
  packagePrefix,
  readManifest,
  signatureName,
} from '../../../lambdas/handover/manifest.ts'
import { notify } from '../../../lambdas/handover/publish/notify-job.ts'
import type { OutboxNeeds } from '../../../lambdas/handover/publish/outbox-steps.ts'
import { placeOne } from '../../../lambdas/handover/publish/place-job.ts'
import { publishJob } from '../../../lambdas/handover/publish/publish-job.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import type { Signer } from '../../../lambdas/handover/signature.ts'
import { workKeys } from '../../../lambdas/handover/work-keys.ts'
import { getJson } from '../../../lambdas/handover/work-steps.ts'
import { readyToPublish, type Scene } from '../scene.ts'

export async function publishAndNotify(
  scene: OutboxNeeds & { readonly signer: Signer; readonly dir: string },
  sequence: number,
) {
  const files = await getJson<readonly FinalObject[]>(scene.work, workKeys(sequence).finalFiles)
  for (const file of files) await placeOne(scene, { sequence, file })
  await publishJob(scene)({ sequence, recipient: 'moh' }, {} as Context)
  await notify(scene, { sequence })
}

/** Whoever sees a manifest finds its signature, every file that it lists, byte for byte, and the change set that it names. */
export async function expectWhole({ published }: Pick<Scene, 'published'>) {
  const keys = (await published.list('moh/')).map(({ key }) => key)
  for (const key of keys.filter(key => key.endsWith(`/${manifestName}`))) {
    const manifest = readManifest(await bytesAt(published, key)) as AnyManifest
    const beside = (name: string) => key.replace(manifestName, name)
    expect(keys).toContain(beside(signatureName))
    for (const { path, hash } of listedFiles(manifest))
      expect(`sha256:${sha256Hex(await bytesAt(published, beside(path)))}`).toBe(hash)
    if (isChangeManifest(manifest) || !manifest.handover.changes) continue
    const { sequence, sha256 } = manifest.handover.changes
    const changes = `${packagePrefix('changes', 'moh', sequence)}/${manifestName}`
    expect(sha256Hex(await bytesAt(published, changes))).toBe(sha256)
  }
}

/**
 * Committed means signed, with all its files, at the head, named as the latest, announced under one id; otherwise nobody hears of it.
 * Gives the link of the handover after `before` if it was committed.
 */
export async function expectAllOrNothing(scene: Scene, before?: Link): Promise<Link | undefined> {
  const { published, ledger } = scene
  await expectWhole(scene)
  const sequence = (before?.sequence ?? 0) + 1
  const manifest = await published.get(`${packagePrefix('snapshots', 'moh', sequence)}/${manifestName}`)
  const committed = manifest && { sequence, sha256: sha256Hex(manifest.bytes) }
  const links = [before, committed].filter(link => link !== undefined)
  const newest = links.at(-1)
  const latest = await published.get('moh/latest.json')
  expect(await ledger.head('moh')).toEqual(newest)
  expect(latest && readLatest(latest.bytes).manifestSha256).toBe(newest?.sha256)
  expect(new Set(scene.sent.map(({ data }) => data.manifest.sha256))).toEqual(
    new Set(links.map(({ sha256 }) => sha256)),
  )
  expect(new Set(scene.sent.map(({ id }) => id)).size).toBe(links.length)
  if (committed) expect(await ledger.publication('moh', sequence)).toMatchObject({ state: 'announced' })
  return committed
}

/** The next handover finds the door open, follows what was committed, and is announced. */
export async function expectNext(scene: Scene, committed: Link | undefined) {
  const sequence = await readyToPublish(scene, 'the next')
  await publishAndNotify(scene, sequence)
  const key = `${packagePrefix('snapshots', 'moh', sequence)}/${manifestName}`
  const { handover } = readManifest(await bytesAt(scene.published, key)) as AnyManifest
  expect(handover.previous).toEqual(committed ?? null)
  expect(scene.sent.at(-1)?.data.sequence).toBe(sequence)
  await expectWhole(scene)
}

async function bytesAt(published: Scene['published'], key: string): Promise<Uint8Array> {
  const found = await published.get(key)
  expect(found, key).toBeDefined()
  return found?.bytes ?? new Uint8Array()
}
