import { describe, expect, it } from 'vitest'
import { parsedAggregates } from '../../../lambdas/handover/agreement.ts'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import { isDue } from '../../../lambdas/handover/export/due.ts'
import { readHandover, start } from '../../../lambdas/handover/export/start-job.ts'
import type { HandoverFault } from '../../../lambdas/handover/fault.ts'
import type { Run } from '../../../lambdas/handover/ledger-store.ts'
import { abandon } from '../../../lambdas/handover/publish/abandon-job.ts'
import { moh } from '../convert/conversion.ts'
import { twenty } from '../object-store.suite.ts'
import { publicationFacts } from '../publication.ts'
import { aScene, type Scene } from '../scene.ts'

const hours = (n: number) => new Date(Date.parse('2026-11-22T07:00:30Z') + n * 3_600_000)
const labour = { ...moh, recipient: 'labour' }
const full = { input: { mode: 'full' } } as const
const delta = { input: { mode: 'delta' } } as const

describe('starting a handover', () => {
  it('takes the next number, fixes the cut, and freezes agreements and chains', async () => {
    const scene = await aScene()
    const head = { sequence: 0, sha256: 'a'.repeat(64) }
    await scene.ledger.moveHead('moh', undefined, head)

    expect(await start({ ...scene, cutLagSeconds: 300 }, { execution: 'one', ...full })).toEqual({
      sequence: 1,
      asOf: '2026-11-22T06:55:00.000Z',
      mode: 'full',
      insteadOfDelta: null,
      root: '000000000001',
      recipients: ['moh'],
    })
    expect(await readHandover(scene.work, 1)).toEqual({
      sequence: 1,
      asOf: '2026-11-22T06:55:00.000Z',
      asOfDay: '2026-11-22',
      cut: { mode: 'full' },
      agreements: [moh],
      aggregates: parsedAggregates([moh]),
      previous: { moh: head },
    })
  })

  it('goes by the day in Vietnam', async () => {
    const scene = { ...(await aScene()), clock: () => new Date('2026-11-22T17:00:00Z') }
    await start(scene, { execution: 'one', ...full })

    expect((await readHandover(scene.work, 1)).asOfDay).toBe('2026-11-23')
  })

  it('goes on, when the same execution starts again, with the cut and the recipients it began with', async () => {
    const scene = await aScene()
    const begun = await start(scene, { execution: 'one', ...full })

    const again = { ...scene, clock: () => hours(1), agreements: [moh, labour] }

    expect(await start(again, { execution: 'one', ...full })).toEqual(begun)
    expect((await readHandover(scene.work, 1)).agreements).toEqual([moh])
  })

  it('ends for a second execution, and names the one that runs', async () => {
    const scene = await aScene()
    await start(scene, { execution: 'one', ...full })

    const refused = start(scene, { execution: 'another', ...full })

    await expect(refused).rejects.toMatchObject({ name: 'already-running', reading: 'another' })
    await expect(refused).rejects.toThrow('handover 1 is run by one')
  })

  it('is done by one of twenty who start at once', async () => {
    const scene = await aScene()

    const ended = await Promise.allSettled(twenty(n => start(scene, { execution: `execution-${n}`, ...full })))

    const failed = ended.flatMap(end => (end.status === 'rejected' ? [end.reason as HandoverFault] : []))
    expect(failed.map(({ code }) => code)).toEqual(Array(19).fill('already-running'))
  })

  it('is another’s once the lease of the first ran out', async () => {
    const scene = await aScene()
    await start(scene, { execution: 'one', ...full })

    const next = { ...scene, clock: () => hours(3) }
    expect(await start(next, { execution: 'another', ...full })).toMatchObject({ sequence: 2 })
  })

  it.each([
    ['full', -1],
    ['delta', -1],
    ['delta', 0],
  ] as const)(
    'is refused by a clock that has a %s cut %i hours after the one before, and keeps no lease',
    async (mode, after) => {
      const scene = await aScene()
      await published(scene, 'one')

      const late = start({ ...scene, clock: () => hours(after) }, { execution: 'two', input: { mode } })

      await expect(late).rejects.toMatchObject({ code: 'cut-in-the-past' })
      expect(await start({ ...scene, clock: () => hours(1) }, { execution: 'three', ...full })).toMatchObject({
        sequence: 2,
      })
    },
  )

  it('keeps no lease when it fails before it has begun', async () => {
    const scene = await aScene()
    const failing = { ...scene.work, putNew: () => Promise.reject(new Error('SlowDown')) }

    await expect(start({ ...scene, work: failing }, { execution: 'one', ...full })).rejects.toThrow('SlowDown')

    expect(await start(scene, { execution: 'two', ...full })).toMatchObject({ sequence: 2 })
  })

  it('keeps the lease when one of two invocations of an execution fails after the other has begun', async () => {
    const scene = await aScene()
    const failing: Scene['work'] = {
      ...scene.work,
      async putNew() {
        await start(scene, { execution: 'one', ...full })
        throw new Error('SlowDown')
      },
    }

    await expect(start({ ...scene, work: failing }, { execution: 'one', ...full })).rejects.toThrow('SlowDown')

    await expect(start(scene, { execution: 'two', ...full })).rejects.toThrow('handover 1 is run by one')
  })

  it('has one cut, whichever of two invocations of an execution was first', async () => {
    const scene = await aScene()
    const slow: Scene['work'] = {
      ...scene.work,
      async putNew(key, object) {
        await start({ ...scene, clock: () => hours(1) }, { execution: 'one', ...full })
        return scene.work.putNew(key, object)
      },
    }

    const begun = await start({ ...scene, work: slow }, { execution: 'one', ...full })

    expect(begun.asOf).toBe(hours(1).toISOString())
    expect((await readHandover(scene.work, 1)).asOf).toBe(begun.asOf)
    expect(await scene.ledger.run(1)).toMatchObject({ asOf: begun.asOf })
  })

  it('is another’s once the first was abandoned, which says why', async () => {
    const scene = await aScene()
    await start(scene, { execution: 'one', ...full })

    await abandon(scene, { sequence: 1, failure: { Error: 'rows-lost', Cause: 'cards of province 01' } })

    expect(await scene.ledger.run(1)).toMatchObject({ state: 'failed', fault: 'rows-lost: cards of province 01' })
    expect(await start(scene, { execution: 'another', ...full })).toMatchObject({ sequence: 2 })
  })
})

describe('starting a delta', () => {
  it('goes on from the newest handover that was published to everybody, over windows that begin where its cut was', async () => {
    const scene = await aScene()
    await published(scene, 'one')
    await start({ ...scene, clock: () => hours(1) }, { execution: 'failed', ...full })
    await abandon(scene, { sequence: 2, failure: { Error: 'rows-lost', Cause: '' } })

    const begun = await start({ ...scene, clock: () => hours(30) }, { execution: 'three', ...delta })

    expect(begun).toMatchObject({ sequence: 3, mode: 'delta', insteadOfDelta: null })
    expect((await readHandover(scene.work, 3)).cut).toEqual({
      mode: 'delta',
      base: 1,
      windows: [
        { from: '2026-11-22T07:00:30.000Z', to: '2026-11-22T22:00:30.000Z' },
        { from: '2026-11-22T22:00:30.000Z', to: '2026-11-23T13:00:30.000Z' },
      ],
    })
  })

  it.each([
    ['no-base', async (_: Scene) => {}],
    ['base-too-old', (scene: Scene) => published(scene, 'one', hours(-7 * 24 - 1))],
    ['base-lacks-items', (scene: Scene) => published({ ...scene, agreements: [moh] }, 'one')],
    ['recovery-gap', (scene: Scene) => published(scene, 'one', hours(-6))],
    [
      'base-of-other-columns',
      async (scene: Scene) => {
        await published(scene, 'one')
        await scene.work.put('000000000001/part-columns.json', Buffer.from('["SELECT 1"]'))
      },
    ],
    [
      'no-base',
      async (scene: Scene) => {
        await published(scene, 'one')
        await scene.work.put('000000000001/handover.json', Buffer.from('{"sequence":1}'))
      },
    ],
  ] as const)('becomes a full handover, and says %s', async (insteadOfDelta, before) => {
    const scene = { ...(await aScene()), agreements: [moh, agreementWith('labour')] }
    await before(scene)

    const recovery = { earliest: async () => hours(-5) }
    const begun = await start({ ...scene, recovery, clock: () => hours(1) }, { execution: 'two', ...delta })

    expect(begun).toMatchObject({ mode: 'full', insteadOfDelta })
  })
})

describe('a delta that comes too soon', () => {
  it.each([
    [14, 'too-soon'],
    [15, undefined],
  ])('%i minutes after the last cut is refused as %s, and keeps no lease', async (minutes, code) => {
    const scene = { ...(await aScene()), leastWindowSeconds: 900, clock: () => hours(minutes / 60) }
    await published(scene, 'one', hours(0))

    const begun = start(scene, { execution: 'two', ...delta }).then(
      () => undefined,
      (fault: HandoverFault) => fault.code,
    )

    expect(await begun).toBe(code)
    expect((await scene.ledger.lease())?.execution === 'two').toBe(code === undefined)
  })
})

describe('a handover that begins by itself', () => {
  const weekly = { ...moh, recipient: 'weekly', cadence: { full: 'P1M', delta: 'P7D' } }
  const quarterly = { ...moh, recipient: 'quarterly', cadence: { full: 'P3M' } }

  it('serves those whose turn it is, and holds what all agreements ask for', async () => {
    const labour = { ...agreementWith('labour'), cadence: { full: 'P1M', delta: 'P7D' } }
    const scene = { ...(await aScene()), agreements: [moh, labour] }
    for (const { recipient } of scene.agreements) {
      const facts = publicationFacts({ recipient, asOf: hours(-24).toISOString() })
      await scene.ledger.addPublication(facts)
      await scene.ledger.movePublication('prepared', { state: 'published', facts })
    }

    const begun = await start(scene, { execution: 'one', input: { mode: 'full', onlyDue: true } })

    expect(begun.recipients).toEqual(['moh'])
    expect((await readHandover(scene.work, 1)).aggregates).toEqual(['households', 'persons', 'contributors'])
  })

  it('serves whose last one was prepared and never committed', async () => {
    const scene = await aScene()
    await scene.ledger.addPublication(publicationFacts({ asOf: hours(-0.5).toISOString() }))

    const begun = await start(scene, { execution: 'one', input: { mode: 'full', onlyDue: true } })

    expect(begun.recipients).toEqual(['moh'])
  })

  it('is none where it is nobody’s turn, and keeps no lease', async () => {
    const scene = await aScene()
    const facts = publicationFacts({ asOf: hours(-0.5).toISOString() })
    await scene.ledger.addPublication(facts)
    await scene.ledger.movePublication('prepared', { state: 'published', facts })

    const begun = start(scene, { execution: 'one', input: { mode: 'delta', onlyDue: true } })

    await expect(begun).rejects.toMatchObject({ code: 'nobody-due' })
    expect(await start(scene, { execution: 'two', ...full })).toMatchObject({ sequence: 2 })
  })

  it.each([
    ['never had one', moh, undefined, true],
    ['had one yesterday and gets one a day', moh, -24, true],
    ['had one yesterday, some minutes later', moh, -23.5, true],
    ['had one by hand, so that tomorrow’s would be late', moh, -8, true],
    ['had one just now and gets one a day', moh, -0.5, false],
    ['had one six days ago and gets one a week', weekly, -6 * 24, false],
    ['had one six days ago in the evening, so that tomorrow’s would be late', weekly, -6 * 24 - 8, true],
    ['had one seven days ago and gets one a week', weekly, -7 * 24, true],
    ['had one two months ago and gets one a quarter', quarterly, -61 * 24, false],
    ['had one three months ago and gets one a quarter', quarterly, -93 * 24, true],
  ] as const)('finds that who %s is due: %#', (_, agreement, last, due) => {
    expect(isDue(agreement, last === undefined ? undefined : hours(last), hours(0))).toBe(due)
  })
})

async function published(scene: Scene, execution: string, at: Date = scene.clock()) {
  const { sequence } = await start({ ...scene, clock: () => at }, { execution, ...full })
  const run = await scene.ledger.run(sequence)
  await scene.ledger.putRun({ ...(run as Run), state: 'published' })
  await scene.ledger.releaseLease(execution)
}
