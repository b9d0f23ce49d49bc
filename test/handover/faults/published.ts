import { expect } from 'vitest'
import type { Link } from '../../../lambdas/handover/handover.ts'
import { readLatest } from '../../../lambdas/handover/latest.ts'
import { type Manifest, manifestName, signatureName } from '../../../lambdas/handover/manifest.ts'
import { notify } from '../../../lambdas/handover/publish/notify-job.ts'
import type { OutboxNeeds } from '../../../lambdas/handover/publish/outbox-steps.ts'
import { publishOne } from '../../../lambdas/handover/publish/publish-job.ts'
import { sha256Hex } from '../../../lambdas/handover/schemas.ts'
import type { Signer } from '../../../lambdas/handover/signature.ts'
import { readyToPublish, type Scene } from '../scene.ts'

export async function publishAndNotify(scene: OutboxNeeds & { readonly signer: Signer }, sequence: number) {
  await publishOne(scene, { sequence, recipient: 'moh' })
  await notify(scene, { sequence })
}

/**
 * Committed means signed, at the head, named as the latest, announced under one id; otherwise nobody hears of it. Gives the link of
 * the first handover if it was committed.
 */
export async function expectAllOrNothing({ published, ledger, sent }: Scene): Promise<Link | undefined> {
  const prefix = 'moh/snapshots/000000000001/'
  const manifest = await published.get(`${prefix}${manifestName}`)
  const latest = await published.get('moh/latest.json')
  if (!manifest) {
    expect({ sent, latest, head: await ledger.head('moh') }).toEqual({ sent: [], latest: undefined, head: undefined })
    return undefined
  }
  const link = { sequence: 1, sha256: sha256Hex(manifest.bytes) }
  expect(await published.get(`${prefix}${signatureName}`)).toBeDefined()
  expect(await ledger.head('moh')).toEqual(link)
  expect(await ledger.publication('moh', 1)).toMatchObject({ state: 'announced' })
  expect(readLatest(latest?.bytes ?? Buffer.from('')).sequence).toBe(1)
  expect(new Set(sent.map(({ id }) => id))).toEqual(new Set(['moh-000000000001']))
  return link
}

/** The next handover finds the door open, follows what was committed, and is announced. */
export async function expectNext(scene: Scene, committed: Link | undefined) {
  const sequence = await readyToPublish(scene, 'the next')
  await publishAndNotify(scene, sequence)
  const key = `moh/snapshots/${String(sequence).padStart(12, '0')}/${manifestName}`
  const { bytes = Buffer.from('{}') } = (await scene.published.get(key)) ?? {}
  const { handover } = JSON.parse(Buffer.from(bytes).toString()) as Manifest
  expect(handover.previous).toEqual(committed ?? null)
  expect(scene.sent.at(-1)?.data.sequence).toBe(sequence)
}
