import { describe, expect, it } from 'vitest'
import type { FeedKind } from '../../lambdas/registry/feeds.ts'
import { holdMilliseconds } from '../../lambdas/registry/first-load.ts'
import { verdicts } from '../../lambdas/registry/intake.ts'
import type { Outcome } from '../../lambdas/registry/outcome.ts'
import { dying } from '../handover/faults/dying.ts'
import { spread } from '../handover/faults/spread.ts'
import { feed, startIntake } from './intake-service.ts'
import { card, contribution, household, onDay, person } from './records.ts'
import { type OnTheWay, ServiceError } from './wire.ts'

type Piece = readonly [FeedKind, content: string]

const unreadable = '{\n'

function firstFeed(people: number): readonly Piece[] {
  const numbers = Array.from({ length: people }, (_, at) => at + 1)
  return [
    ['households', feed('households', ...numbers.map(at => householdOf(at))) + unreadable],
    ['persons', feed('persons', ...numbers.map(at => personOf(at))) + unreadable],
    ['cards', feed('cards', ...numbers.map(at => cardOf(at))) + unreadable],
    ['contributions', feed('contributions', ...numbers.map(at => contributionOf(at))) + unreadable],
  ]
}

const renewed = {
  insuranceNumber: '0198765432',
  formerInsuranceNumber: personOf(1).insuranceNumber,
  sourceTime: onDay(5),
}

const laterFeed: readonly Piece[] = [
  [
    'households',
    feed(
      'households',
      householdOf(1),
      householdOf(2, { sourceTime: onDay(5) }),
      householdOf(3, { sourceTime: onDay(0) }),
      householdOf(4),
    ) + unreadable,
  ],
  [
    'persons',
    feed(
      'persons',
      personOf(1, renewed),
      personOf(2),
      personOf(4),
      personOf(5, { householdId: householdOf(4).householdId, nationalId: personOf(3).nationalId }),
    ),
  ],
  [
    'cards',
    feed('cards', cardOf(1, { cardNumber: 'TE1017777777777', validFrom: '2027-01-01', validTo: undefined }), cardOf(4)),
  ],
  [
    'contributions',
    feed('contributions', contributionOf(1, { lastMonth: '2026-01', sourceTime: onDay(5) }), contributionOf(4)),
  ],
]

describe.each([
  { name: 'a first load', before: [], pieces: firstFeed(3), writes: 21 },
  { name: 'a later feed', before: firstFeed(3), pieces: laterFeed, writes: 19 },
])('a process of the intake that dies in $name', ({ before, pieces, writes }) => {
  it('leaves what the next one takes to its end, whichever write it died before or after', async () => {
    const undisturbed = await landed(pieces, before)
    const { scene, written } = dying({ ...undisturbed.services })
    expect(await takeAll(undisturbed.keys, undisturbed.deliverTo(scene))).toBe('taken')
    expect(written).toHaveLength(writes)
    const items = await itemsOf(undisturbed)

    for (const [at, when] of spread([...written.keys()], ['before', 'after'] as const, 7)) {
      const intake = await landed(pieces, before)
      const { scene } = dying({ ...intake.services }, { write: at + 1, when })
      const death = `${when} write ${at + 1}`
      expect(await takeAll(intake.keys, intake.deliverTo(scene)), death).toBe('failed')
      await expectTakenNow(intake, pieces, death)
      expect(await itemsOf(intake), death).toEqual(items)
    }
  })
})

describe('a process of the intake that dies between two batches', () => {
  /** DynamoDB takes 25 in one batch. */
  const pieces = firstFeed(30)

  it('leaves what the next one takes to its end', async () => {
    const undisturbed = await landed(pieces)
    expect(await takeAll(undisturbed.keys, undisturbed.deliver)).toBe('taken')

    let batchesLeft = 1
    const intake = await landed(pieces, [], async (operation, input, pass) => {
      if (operation === 'BatchWriteItem' && batchesLeft-- < 1) throw new ServiceError('InternalServerError', 500)
      return pass(input)
    })
    expect(await takeAll(intake.keys, intake.deliver)).toBe('failed')
    // Two batches are under way at once, and either may come first
    expect([5, 25]).toContain((await intake.items()).length)
    batchesLeft = Number.POSITIVE_INFINITY
    await expectTakenNow(intake, pieces, 'between two batches')
    expect(await itemsOf(intake)).toEqual(await itemsOf(undisturbed))
  })
})

type Intake = Awaited<ReturnType<typeof startIntake>>

/** Pieces that nobody has taken yet, and the registry with those before. */
async function landed(pieces: readonly Piece[], before: readonly Piece[] = [], onTheWay?: OnTheWay) {
  const intake = await startIntake(onTheWay && { onTheWay })
  for (const [kind, content] of before) await intake.take(kind, content)
  if (before.length > 0) await intake.endFirstLoad()
  const keys: string[] = []
  for (const [kind, content] of pieces) keys.push(await intake.land(kind, content))
  return { ...intake, keys }
}

async function takeAll(keys: readonly string[], deliver: Intake['deliver']): Promise<'taken' | 'failed'> {
  for (const key of keys) if ((await deliver(key)).length > 0) return 'failed'
  return 'taken'
}

/** By a process that comes once the holder of the first load has had its time. */
async function expectTakenNow(
  { keys, deliver, outcomeOf, wait }: Intake & { readonly keys: readonly string[] },
  pieces: readonly Piece[],
  death: string,
) {
  wait(holdMilliseconds)
  expect(await takeAll(keys, deliver), death).toBe('taken')
  for (const [at, [, content]] of pieces.entries()) {
    const { lines, ...counts } = (await outcomeOf(keys[at] as string)) as Outcome
    expect(lines, death).toBe(content.trimEnd().split('\n').length)
    expect(
      verdicts.map(verdict => counts[verdict]).reduce((sum, count) => sum + count),
      death,
    ).toBe(lines)
  }
}

/** By key, but for the time at which a number was last written, which a second run moves on. */
async function itemsOf({ items }: Intake) {
  const found = (await items()).map(({ namedAt, ...item }) => item)
  return new Map(found.map(item => [`${item.PK?.S} ${item.SK?.S}`, item]))
}

function householdOf(at: number, changes: Parameters<typeof household>[0] = {}) {
  return household({ householdId: numbered(10, at), ...changes })
}

function personOf(at: number, changes: Parameters<typeof person>[0] = {}) {
  return person({
    personId: numbered(11, at),
    householdId: numbered(10, at),
    nationalId: numbered(12, at),
    insuranceNumber: numbered(10, at),
    ...changes,
  })
}

function cardOf(at: number, changes: Parameters<typeof card>[0] = {}) {
  return card({ personId: numbered(11, at), cardNumber: `DN401${numbered(10, at)}`, ...changes })
}

function contributionOf(at: number, changes: Parameters<typeof contribution>[0] = {}) {
  return contribution({ personId: numbered(11, at), ...changes })
}

function numbered(digits: number, at: number): string {
  return String(at).padStart(digits, '0')
}
