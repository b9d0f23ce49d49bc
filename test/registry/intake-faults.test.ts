import { describe, expect, it } from 'vitest'
import { numberKey } from '../../lambdas/registry/items.ts'
import { numberHash } from '../../lambdas/registry/number-hash.ts'
import type { PersonId } from '../../lambdas/registry/person-id.ts'
import { feed, hashKey, holdersOf, startIntake } from './intake-service.ts'
import { card, household, onDay, person } from './records.ts'
import { type Input, type OnTheWay, ServiceError } from './wire.ts'

const { personId } = person()
const other = '0123456789B' as PersonId
const twenty = Array.from({ length: 20 }, (_, at) => at)

describe('a batch that DynamoDB did in part', () => {
  it('is written to its end', async () => {
    const { take, registry } = await startIntake({ onTheWay: inPart('BatchWriteItem', 'UnprocessedItems', 7) })
    const households = Array.from({ length: 60 }, (_, at) => household({ householdId: String(at).padStart(10, '0') }))
    expect((await take('households', feed('households', ...households))).outcome).toMatchObject({ created: 60 })
    expect((await registry.households(households.map(({ householdId }) => householdId))).size).toBe(60)
  })

  it('is read to its end', async () => {
    const { take } = await startIntake({ onTheWay: inPart('BatchGetItem', 'UnprocessedKeys', 40) })
    const households = Array.from({ length: 130 }, (_, at) => household({ householdId: String(at).padStart(10, '0') }))
    await take('households', feed('households', ...households))
    expect((await take('households', feed('households', ...households))).outcome).toMatchObject({ unchanged: 130 })
  })
})

describe('a fault between the numbers and the person', () => {
  it('leaves the numbers, which name the person once the piece comes again', async () => {
    const failing = new Set<string>()
    const { land, deliver, outcomeOf, registry, take, endFirstLoad } = await startIntake({
      onTheWay: failingAt(failing),
    })
    await take('households', feed('households', household()))
    await endFirstLoad()
    const key = await land('persons', feed('persons', person()))
    const hash = numberHash(hashKey, person().insuranceNumber as never)

    failing.add('PutItem')
    expect(await deliver(key)).toEqual([key])
    expect(await outcomeOf(key)).toBeUndefined()
    expect(await holdersOf(registry, [hash])).toEqual(new Map([[hash, personId]]))
    expect(await registry.persons([personId])).toEqual(new Map())

    failing.clear()
    expect(await deliver(key)).toEqual([])
    expect(await outcomeOf(key)).toMatchObject({ created: 1, refused: 0 })
    expect((await registry.persons([personId])).get(personId)?.held.person).toEqual(person())
  })

  it('leaves numbers that another person may have once nobody can be about to write the first', async () => {
    const failing = new Set<string>()
    const { land, deliver, registry, take, endFirstLoad, wait } = await startIntake({ onTheWay: failingAt(failing) })
    await take('households', feed('households', household()))
    await endFirstLoad()
    failing.add('PutItem')
    await deliver(await land('persons', feed('persons', person())))
    failing.clear()
    const hash = numberHash(hashKey, person().insuranceNumber as never)
    const rightful = feed('persons', person({ personId: other }))

    wait(59 * 60_000)
    expect((await take('persons', rightful)).outcome).toMatchObject({ refused: 1 })
    expect(await holdersOf(registry, [hash])).toEqual(new Map([[hash, personId]]))

    wait(2 * 60_000)
    expect((await take('persons', rightful)).outcome).toMatchObject({ created: 1, refused: 0 })
    expect(await holdersOf(registry, [hash])).toEqual(new Map([[hash, other]]))
    expect((await take('persons', feed('persons', person()))).outcome).toMatchObject({ refused: 1 })
  })

  it.each(['in the first load', 'and later'])(
    'does not let a person be found by numbers that are not there, %s: they come first',
    async when => {
      let failing = false
      const { land, deliver, registry, take, endFirstLoad } = await startIntake({
        onTheWay: async (operation, input, pass) => {
          if (failing && isOfNumber(operation, input))
            throw new ServiceError('ProvisionedThroughputExceededException', 400)
          return pass(input)
        },
      })
      await take('households', feed('households', household()))
      if (when === 'and later') await endFirstLoad()
      failing = true
      expect(await deliver(await land('persons', feed('persons', person())))).toHaveLength(1)
      expect(await registry.persons([personId])).toEqual(new Map())
    },
  )
})

describe('pieces that come at once', () => {
  it('of one person’s states leave the latest, whoever was faster', async () => {
    const { land, deliver, outcomeOf, registry, take, endFirstLoad } = await startIntake()
    await take('households', feed('households', household()))
    await endFirstLoad()
    const states = twenty.map(at => person({ sourceTime: onDay(at), fullName: `Đỗ Thị Hoà ${at}` }))
    const keys = await Promise.all(states.map(state => land('persons', feed('persons', state))))
    await Promise.all(keys.map(key => deliver(key)))

    expect((await registry.persons([personId])).get(personId)?.held.person).toEqual(states.at(-1))
    const outcomes = await Promise.all(keys.map(outcomeOf))
    expect(outcomes.reduce((sum, outcome) => sum + (outcome?.created ?? 0), 0)).toBe(1)
    expect(outcomes.every(outcome => outcome?.refused === 0)).toBe(true)
  })

  it('with a card each leave the person all cards', async () => {
    const { land, deliver, registry, take, endFirstLoad } = await startIntake()
    await take('households', feed('households', household()))
    await take('persons', feed('persons', person()))
    await endFirstLoad()
    const cards = twenty.map(at => card({ validFrom: `${2000 + at}-01-01` }))
    const keys = await Promise.all(cards.map(one => land('cards', feed('cards', one))))
    await Promise.all(keys.map(key => deliver(key)))

    const held = (await registry.persons([personId])).get(personId)?.held.cards
    expect(held?.map(({ validFrom }) => validFrom)).toEqual(cards.map(({ validFrom }) => validFrom))
  })

  it('with one number for several persons leave it to one of them, and refuse the others', async () => {
    const { land, deliver, outcomeOf, registry, take, endFirstLoad } = await startIntake()
    await take('households', feed('households', household()))
    await endFirstLoad()
    const ids = twenty.map(at => String(at).padStart(11, '0') as PersonId)
    const keys = await Promise.all(
      ids.map(id => land('persons', feed('persons', person({ personId: id, nationalId: undefined })))),
    )
    await Promise.all(keys.map(key => deliver(key)))

    const outcomes = await Promise.all(keys.map(outcomeOf))
    const created = outcomes.findIndex(outcome => outcome?.created === 1)
    expect(outcomes.filter(outcome => outcome?.refused === 1)).toHaveLength(19)
    expect([...(await registry.persons(ids)).keys()]).toEqual([ids[created]])
  })
})

describe('the first load', () => {
  it('writes in batches, numbers as well', async () => {
    const { operations, take } = await countedIntake()
    await take('households', feed('households', household()))
    await take('persons', feed('persons', person()))
    await take('cards', feed('cards', card()))
    expect(operations()).toEqual({ BatchWriteItem: 4 })
  })

  it('leaves a number of several persons to the first of them, and refuses the others', async () => {
    const { registry, take } = await startIntake()
    await take('households', feed('households', household()))
    const ids = twenty.map(at => String(at).padStart(11, '0') as PersonId)
    const claimed = ids.map(personId => feed('persons', person({ personId, nationalId: undefined })))
    expect((await take('persons', claimed.join(''))).outcome).toMatchObject({ created: 1, refused: 19 })

    expect([...(await registry.persons(ids)).keys()]).toEqual(ids.slice(0, 1))
    const hash = numberHash(hashKey, person().insuranceNumber as never)
    expect(await holdersOf(registry, [hash])).toEqual(new Map([[hash, ids[0]]]))
  })

  it('writes one by one a number that stands there already, so that it keeps its first day', async () => {
    const { operations, take, land, deliver, items } = await countedIntake()
    await take('households', feed('households', household()))
    const { insuranceNumber } = person()
    const replaced = person({
      insuranceNumber: '0198765432',
      formerInsuranceNumber: insuranceNumber,
      sourceTime: onDay(9),
    })
    for (const state of [person(), replaced]) await deliver(await land('persons', feed('persons', state), 'a file'))

    expect(operations()).toEqual({ BatchWriteItem: 5, UpdateItem: 1 })
    const { PK } = numberKey(numberHash(hashKey, insuranceNumber as never))
    expect((await items()).find(item => item.PK?.S === PK.S)).toMatchObject({
      from: expect.anything(),
      to: expect.anything(),
    })
  })

  it('is over when a second file of a kind comes: then every write has a condition', async () => {
    const { operations, take } = await countedIntake()
    await take('households', feed('households', household()))
    await take('households', feed('households', household({ householdId: '0100000002' })))
    await take('persons', feed('persons', person()))
    expect(operations()).toEqual({ BatchWriteItem: 1, PutItem: 2, UpdateItem: 2 })
  })

  it('goes on when pieces come in one message after the other', async () => {
    const { operations, land, deliver } = await countedIntake()
    const feeds = ['0100000001', '0100000002'].map(householdId => feed('households', household({ householdId })))
    await deliver(...(await Promise.all(feeds.map(one => land('households', one, 'a file')))))
    expect(operations()).toEqual({ BatchWriteItem: 2 })
  })

  it('is over when two pieces come at once, and both are taken', async () => {
    const { land, deliver, outcomeOf, registry, take } = await startIntake()
    await take('households', feed('households', household()))
    const states = [1, 2].map(at => person({ sourceTime: onDay(at), fullName: `Đỗ Thị Hoà ${at}` }))
    const keys = await Promise.all(states.map(state => land('persons', feed('persons', state))))
    await Promise.all(keys.map(key => deliver(key)))

    expect((await registry.persons([personId])).get(personId)?.held.person).toEqual(states[1])
    expect((await Promise.all(keys.map(outcomeOf))).map(outcome => outcome?.refused)).toEqual([0, 0])
  })
})

/** Writes are counted from the start. */
async function countedIntake() {
  const counts: Record<string, number> = {}
  const intake = await startIntake({
    onTheWay: (operation, input, pass) => {
      if (/Put|Update|Write/.test(operation)) counts[operation] = (counts[operation] ?? 0) + 1
      return pass(input)
    },
  })
  return { ...intake, operations: () => counts }
}

/** Whether a number's item is written, alone or in a batch. */
function isOfNumber(operation: string, input: Input): boolean {
  return /Update|Write/.test(operation) && JSON.stringify(input).includes('"N#')
}

/** Does at most so many of a batch at a time, and says what is left. */
function inPart(batch: string, left: string, most: number): OnTheWay {
  return async (operation, input, pass) => {
    if (operation !== batch) return pass(input)
    const [[table, asked] = ['', []]] = Object.entries(
      input.RequestItems as Record<string, Input[] | { Keys: Input[] }>,
    )
    if (Array.isArray(asked)) {
      const output = await pass({ RequestItems: { [table]: asked.slice(0, most) } })
      return asked.length > most ? { ...output, [left]: { [table]: asked.slice(most) } } : output
    }
    const output = await pass({ RequestItems: { [table]: { ...asked, Keys: asked.Keys.slice(0, most) } } })
    return asked.Keys.length > most
      ? { ...output, [left]: { [table]: { ...asked, Keys: asked.Keys.slice(most) } } }
      : output
  }
}

function failingAt(operations: ReadonlySet<string>): OnTheWay {
  return async (operation, input, pass) => {
    if (operations.has(operation)) throw new ServiceError('ProvisionedThroughputExceededException', 400)
    return pass(input)
  }
}
