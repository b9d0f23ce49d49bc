import { describe, expect, it } from 'vitest'
import { manifestName } from '../../../lambdas/handover/manifest.ts'
import type { Publication } from '../../../lambdas/handover/publication.ts'
import { notify } from '../../../lambdas/handover/publish/notify-job.ts'
import { clearOutbox } from '../../../lambdas/handover/publish/outbox-steps.ts'
import { overdue } from '../../../lambdas/handover/publish/overdue.ts'
import { publishOne } from '../../../lambdas/handover/publish/publish-job.ts'
import { remind } from '../../../lambdas/handover/publish/remind-job.ts'
import type { LockingStore } from '../../../lambdas/shared/object-store.ts'
import { Died } from '../faults/dying.ts'
import { publicationFacts } from '../publication.ts'
import { aScene, readyToPublish, type Scene } from '../scene.ts'

const announcedAt = '2026-11-22T07:30:00.000Z'
const daysOn = (days: number) => new Date(Date.parse(announcedAt) + days * 86_400_000)
const announced = (sequence: number): Publication => ({
  state: 'announced',
  facts: publicationFacts({ sequence }),
  announcedAt,
})
const disputed = (sequence: number): Publication => ({
  state: 'disputed',
  facts: publicationFacts({ sequence }),
  disputedAt: announcedAt,
  discrepancies: [],
})
const closed = (sequence: number): Publication => ({
  state: 'closed',
  facts: publicationFacts({ sequence }),
  closedAt: announcedAt,
})

describe('a receipt', () => {
  it.each([
    ['is late from the third day on', [announced(12)], daysOn(3), [12]],
    ['that disagreed makes another one late from the third day on', [disputed(12)], daysOn(3), [12]],
    ['that disagreed makes no other late before', [disputed(12)], daysOn(2.9), []],
    ['that disagreed is forgotten once a later one agrees', [disputed(12), closed(13)], daysOn(9), []],
    ['is not late before', [announced(12)], daysOn(2.9), []],
    ['that came is not late', [closed(12)], daysOn(9), []],
    ['is not owed for what a later one passed by', [announced(12), closed(13), announced(14)], daysOn(3), [14]],
    ['that is late names the oldest first', [announced(14), announced(12)], daysOn(3), [12, 14]],
  ] as const)('%s', (_, publications, now, sequences) => {
    expect(overdue(publications, now).map(({ facts }) => facts.sequence)).toEqual(sequences)
  })
})

describe('a reminder', () => {
  it('sends the notice again to who took it and forgot, each day until the receipt comes', async () => {
    const scene = await aScene()
    const sequence = await readyToPublish(scene, 'one')
    await publishOne(scene, { sequence, recipient: 'moh' })
    await notify(scene, { sequence })
    const daily = async (days: number) =>
      remind({ ...scene, recipients: ['moh'], clock: () => new Date(scene.clock().getTime() + days * 86_400_000) })

    expect(await daily(2)).toEqual({ late: 0 })
    expect(await daily(3)).toEqual({ late: 1 })
    expect(await daily(4)).toEqual({ late: 1 })
    expect(scene.sent.map(({ id }) => id)).toEqual(Array(3).fill('moh-000000000001'))
    const [publication] = await scene.ledger.publications('moh')
    await scene.ledger.movePublication('announced', { ...closed(1), facts: publication?.facts ?? publicationFacts() })
    expect(await daily(5)).toEqual({ late: 0 })
    expect(scene.sent).toHaveLength(3)
  })

  it('announces what was committed by a process of which nothing is left', async () => {
    const scene = await aScene()
    const sequence = await commitAndDie(scene, 'one')

    await remind({ ...scene, recipients: ['moh'] })

    expect(scene.sent.map(({ id }) => id)).toEqual(['moh-000000000001'])
    expect(await scene.ledger.head('moh')).toMatchObject({ sequence })
  })

  it('serves the others where it fails for one, and fails at the end', async () => {
    const scene = await aScene()
    await commitAndDie(scene, 'one')
    const publications: Scene['ledger']['publications'] = async recipient =>
      recipient === 'labour' ? Promise.reject(new Error('throttled')) : scene.ledger.publications(recipient)
    const ledger = { ...scene.ledger, publications }

    await expect(remind({ ...scene, ledger, recipients: ['labour', 'moh'] })).rejects.toThrow('throttled')

    expect(scene.sent.map(({ id }) => id)).toEqual(['moh-000000000001'])
  })
})

describe('what was committed and not seen through', () => {
  it('is the head before the next handover looks at it, which then does not pass it over', async () => {
    const scene = await aScene()
    const later = { ...scene, clock: () => new Date(scene.clock().getTime() + 4 * 3_600_000) }
    await commitAndDie(scene, 'one')
    const sequence = await readyToPublish(later, 'two')

    await expect(publishOne(later, { sequence, recipient: 'moh' })).rejects.toMatchObject({ code: 'stale-head' })

    expect(await scene.ledger.head('moh')).toMatchObject({ sequence: 1 })
    expect(await scene.published.list('moh/snapshots/000000000002/')).toEqual([])
  })

  it('holds nobody up once a later one was published over it', async () => {
    const scene = await aScene()
    await commitAndDie(scene, 'one')
    await scene.ledger.moveHead('moh', undefined, { sequence: 9, sha256: 'a'.repeat(64) })
    const facts = publicationFacts({ sequence: 9, previous: null })
    await scene.ledger.addPublication(facts)
    await scene.ledger.movePublication('prepared', { state: 'published', facts })

    await clearOutbox(scene, 'moh')

    expect(scene.sent.map(({ id }) => id)).toEqual(['moh-000000000009'])
  })
})

/** A handover whose process ended right after its commit; gives its sequence. */
async function commitAndDie(scene: Scene, execution: string): Promise<number> {
  const sequence = await readyToPublish(scene, execution)
  const published: LockingStore = {
    ...scene.published,
    async putNew(key, object) {
      const answer = await scene.published.putNew(key, object)
      if (key.endsWith(`/${manifestName}`)) throw new Died()
      return answer
    },
  }
  await expect(publishOne({ ...scene, published }, { sequence, recipient: 'moh' })).rejects.toThrow(Died)
  return sequence
}
