import { describe, expect, it } from 'vitest'
import { abandon } from '../../lambdas/handover/abandon-job.ts'
import { readLatest } from '../../lambdas/handover/latest.ts'
import { type Manifest, manifestName, signatureName } from '../../lambdas/handover/manifest.ts'
import { notify } from '../../lambdas/handover/notify-job.ts'
import { publishOne } from '../../lambdas/handover/publish-job.ts'
import { sha256Hex } from '../../lambdas/handover/schemas.ts'
import { type Death, Died, dying } from './dying.ts'
import { aScene, readyToPublish, type Scene } from './scene.ts'

/** What the state machine does once a step has died: takes it again, or gives the handover up. */
const recoveries = {
  'taken again': announcing,
  'given up': (scene: Scene, sequence: number) =>
    abandon(scene, { sequence, failure: { Error: 'Runtime.ExitError', Cause: 'killed' } }),
} as const

describe.each(Object.keys(recoveries) as (keyof typeof recoveries)[])('a publication that dies and is %s', recovery => {
  it.each(['before', 'after'] as const)(
    '%s any of its writes is announced if and only if it was committed',
    async when => {
      const writes = await writesOfPublishing()
      expect(writes).toBeGreaterThan(10)
      for (let write = 1; write <= writes; write++) {
        const { scene, sequence } = await died({ write, when })
        const at = `${when} write ${write}`

        await recoveries[recovery](scene, sequence)

        const committed = await expectWhole(scene, sequence, at)
        if (recovery === 'taken again') expect(committed, at).toBeDefined()
        await expectNext(scene, committed, at)
      }
    },
  )
})

/** Committed means signed, announced, at the head and named as the latest; otherwise nobody hears of it. */
async function expectWhole({ published, ledger, sent }: Scene, sequence: number, at: string) {
  const prefix = 'moh/snapshots/000000000001/'
  const manifest = await published.get(`${prefix}${manifestName}`)
  const latest = await published.get('moh/latest.json')
  if (!manifest) {
    expect({ sent, latest, head: await ledger.head('moh') }, at).toEqual({
      sent: [],
      latest: undefined,
      head: undefined,
    })
    return undefined
  }
  const link = { sequence, sha256: sha256Hex(manifest.bytes) }
  expect(await published.get(`${prefix}${signatureName}`), at).toBeDefined()
  expect(await ledger.head('moh'), at).toEqual(link)
  expect(await ledger.publication('moh', sequence), at).toMatchObject({ state: 'announced' })
  expect(readLatest(latest?.bytes ?? Buffer.from('')).sequence, at).toBe(sequence)
  expect(new Set(sent.map(({ id }) => id)), at).toEqual(new Set(['moh-000000000001']))
  return link
}

/** The next handover follows what was committed, and finds the door open. */
async function expectNext(scene: Scene, committed: { readonly sequence: number } | undefined, at: string) {
  const sequence = await readyToPublish(scene, 'the next')
  await announcing(scene, sequence)

  const { bytes } = (await scene.published.get(`moh/snapshots/000000000002/${manifestName}`)) ?? {
    bytes: Buffer.from('{}'),
  }
  const { handover } = JSON.parse(Buffer.from(bytes).toString()) as Manifest
  expect(handover.previous, at).toEqual(committed ?? null)
  expect(scene.sent.at(-1)?.id, at).toBe('moh-000000000002')
}

async function announcing(scene: Scene, sequence: number) {
  await publishOne(scene, { sequence, recipient: 'moh' })
  await notify(scene, { sequence })
}

async function died(death: Death) {
  const scene = await aScene()
  const sequence = await readyToPublish(scene, 'one')
  await expect(announcing(dying(scene, death).scene, sequence)).rejects.toThrow(Died)
  return { scene, sequence }
}

async function writesOfPublishing(): Promise<number> {
  const scene = await aScene()
  const sequence = await readyToPublish(scene, 'one')
  const { scene: process, written } = dying(scene)
  await announcing(process, sequence)
  return written()
}
