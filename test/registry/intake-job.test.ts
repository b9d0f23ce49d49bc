import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { contributionsId } from '../../lambdas/registry/items.ts'
import { numberHash } from '../../lambdas/registry/number-hash.ts'
import type { PersonId } from '../../lambdas/registry/person-id.ts'
import { shapeOf } from '../../lambdas/registry/rejects.ts'
import { feed, hashKey, holdersOf, startIntake } from './intake-service.ts'
import { card, contribution, household, onDay, person } from './records.ts'

const { personId, householdId } = person()
const other = '0123456789B' as PersonId
const third = '0123456789C' as PersonId
/** Milliseconds, and one more. */
const anHour = 60 * 60_000 + 1
const counts = { lines: 0, created: 0, changed: 0, unchanged: 0, older: 0, refused: 0 }
const hashOf = (number: string) => numberHash(hashKey, number as never)

describe('a piece', () => {
  it('of each kind is taken into the registry, and the person found by every number', async () => {
    const { take, registry } = await startIntake()
    const newborn = person({ insuranceNumber: undefined, nationalId: undefined })
    const lent = card({ cardNumber: 'TE1017777777777', validTo: undefined })
    await take('households', feed('households', household()))
    await take('persons', feed('persons', newborn, person({ personId: other, formerInsuranceNumber: '0123456780' })))
    const { outcome } = await take(
      'cards',
      feed('cards', lent, card({ cardNumber: 'TE1017777777777', validTo: undefined, validFrom: '2027-01-01' })),
    )

    expect(outcome).toEqual({ kind: 'cards', ...counts, lines: 2, created: 2 })
    expect((await registry.households([householdId])).get(householdId)?.held).toEqual({ household: household() })
    const held = (await registry.persons([personId])).get(personId)?.held
    expect(held?.person).toEqual(newborn)
    expect(held?.cards.map(({ validFrom }) => validFrom)).toEqual(['2026-01-01', '2027-01-01'])
    const numbers = ['7777777777', '0123456789', '0123456780', '001190000001']
    expect(await holdersOf(registry, numbers.map(hashOf))).toEqual(
      new Map(numbers.map((number, at) => [hashOf(number), at === 0 ? personId : other])),
    )
  })

  it('that comes twice changes nothing and keeps its outcome', async () => {
    const { land, deliver, outcomeOf, items } = await startIntake()
    const key = await land('households', feed('households', household()))
    expect(await deliver(key)).toEqual([])
    const once = { outcome: await outcomeOf(key), items: await items() }

    expect(await deliver(key)).toEqual([])
    expect({ outcome: await outcomeOf(key), items: await items() }).toEqual(once)
    expect(once.outcome).toEqual({ kind: 'households', ...counts, lines: 1, created: 1 })
  })

  it('of the same records once more finds them unchanged, and older ones older', async () => {
    const { take, items } = await startIntake()
    await take('households', feed('households', household({ sourceTime: onDay(2) })))
    await take('persons', feed('persons', person()))
    await take('cards', feed('cards', card()))
    const before = await items()

    const again = await take('households', feed('households', household({ sourceTime: onDay(2) }), household()))
    expect(again.outcome).toEqual({ kind: 'households', ...counts, lines: 2, unchanged: 1, older: 1 })
    expect((await take('persons', feed('persons', person()))).outcome).toMatchObject({ unchanged: 1 })
    expect((await take('cards', feed('cards', card()))).outcome).toMatchObject({ unchanged: 1 })
    expect(await items()).toEqual(before)
  })

  it('may hold several states of a record, in any order', async () => {
    const { take, registry } = await startIntake()
    const states = [3, 1, 2].map(day => household({ sourceTime: onDay(day), addressLine: `Thôn ${day}` }))
    const { outcome } = await take('households', feed('households', ...states))
    expect(outcome).toEqual({ kind: 'households', ...counts, lines: 3, created: 1, older: 2 })
    expect((await registry.households([householdId])).get(householdId)?.held).toEqual({ household: states[0] })
  })

  it('with CRLF and no end of its last line is read all the same', async () => {
    const { take } = await startIntake()
    const lines = feed('households', household(), household({ householdId: '0100000002' }))
    expect((await take('households', lines.trimEnd().replace('\n', '\r\n'))).outcome).toMatchObject({ created: 2 })
  })
})

describe('a refused row', () => {
  it('is kept with its line, every field at fault, the rule and the mere shape of the value', async () => {
    const { take } = await startIntake()
    const good = feed('households', household())
    const bad = good.replace('0100000001', 'Hộ của Nguyễn Văn A, số 12').replace('"active"', '7')
    const { outcome, rejects } = await take('households', `${good}${bad}{"a":\n`)
    expect(outcome).toMatchObject({
      lines: 3,
      created: 1,
      refused: 2,
      rejectsKey: 'rejects/households/file-1/00001.parquet',
    })
    expect(rejects).toEqual([
      { line: '2', field: 'household_id', rule: 'ten digits', value: 'xx xxx xxxxxx xxx x, xx 99' },
      { line: '2', field: 'state', rule: expect.any(String), value: '9' },
      { line: '3', field: 'line', rule: 'one JSON object', value: '{"x":' },
    ])
  })

  it('says nothing of anybody in its rejects, not even where the names of its fields are values', async () => {
    const { take } = await startIntake()
    const secret = { 'Nguyễn Văn Kín': 'Phạm Thị Kín', '001190000001': '+84901234567', '1990-02-03': { Kín: 1990 } }
    const good = JSON.parse(feed('persons', person()))
    const lines = [secret, { ...good, ...secret }, [secret], { ...good, sex: 'Kín', source_time: '1990' }]
    const { outcome, rejects } = await take('persons', lines.map(line => `${JSON.stringify(line)}\n`).join(''))

    expect(outcome).toMatchObject({ lines: 4, refused: 4 })
    expect(rejects.filter(({ line }) => line === '2')).toEqual([
      { line: '2', field: 'line', rule: 'only fields that the feed has', value: expect.stringMatching(/^[x9 ,-]+$/) },
    ])
    const names = [...Object.keys(good), 'former_insurance_number', 'line', 'file']
    expect(rejects.filter(({ field }) => !names.includes(field))).toEqual([])
    expect(JSON.stringify(rejects)).not.toMatch(/Kín|Nguyễn|Phạm|0011|8490|1990/)
  })

  it.each(['fullName', 'sourceTime', 'card_number', '__proto__'])(
    'has a field that the feed does not have: %s',
    async name => {
      const { take } = await startIntake()
      await take('households', feed('households', household()))
      const line = feed('persons', person()).replace('{', `{"${name}":"a",`)
      expect((await take('persons', line)).rejects).toEqual([
        { line: '1', field: 'line', rule: 'only fields that the feed has', value: shapeOf(name) },
      ])
    },
  )

  it('waits for what it points to, and is taken once that is there', async () => {
    const { take } = await startIntake()
    const early = await take('persons', feed('persons', person()))
    expect(early.rejects).toEqual([{ line: '1', field: 'household_id', rule: 'household-absent', value: '9999999999' }])
    const cards = await take('cards', feed('cards', card()))
    expect(cards.rejects).toEqual([{ line: '1', field: 'person_id', rule: 'person-absent', value: '9999999999x' }])

    await take('households', feed('households', household()))
    expect((await take('persons', feed('persons', person()))).outcome).toMatchObject({ created: 1, refused: 0 })
    expect((await take('cards', feed('cards', card()))).outcome).toMatchObject({ created: 1, refused: 0 })
  })

  it('breaks a rule between fields', async () => {
    const { take } = await startIntake()
    const { rejects } = await take(
      'households',
      feed('households', household({ provinceCode: '79', formerProvinceCode: '79' })),
    )
    expect(rejects).toEqual([{ line: '1', field: 'ward_code', rule: 'ward-in-province', value: '99999' }])
  })

  it.each([
    ['insurance_number', { nationalId: undefined }],
    ['national_id', { insuranceNumber: undefined }],
    [
      'former_insurance_number',
      { insuranceNumber: '0123456780', formerInsuranceNumber: '0123456789', nationalId: undefined },
    ],
  ])('has the %s of another person, and leaves no number behind', async (field, changes) => {
    const { take, registry } = await startIntake()
    await take('households', feed('households', household()))
    await take('persons', feed('persons', person()))
    const twin = person({ personId: other, ...changes })
    const { rejects } = await take('persons', feed('persons', twin))
    expect(rejects).toMatchObject([{ line: '1', field, rule: 'number-of-another' }])
    expect(await registry.persons([other])).toEqual(new Map())
    expect(await holdersOf(registry, [hashOf('0123456780')])).toEqual(new Map())
  })

  it('is the only one of its piece and its person: the rows beside it are taken', async () => {
    const { take, registry } = await startIntake()
    await take('households', feed('households', household()))
    await take(
      'persons',
      feed('persons', person(), person({ personId: other, insuranceNumber: '0123456780', nationalId: undefined })),
    )
    const own = card({ personId: other, cardNumber: 'DN4010123456780' })
    const foreign = card({ personId: other, validFrom: '2025-01-01' })
    const { outcome, rejects } = await take('cards', feed('cards', own, foreign, card()))
    expect(outcome).toMatchObject({ lines: 3, created: 2, refused: 1 })
    expect(rejects).toEqual([{ line: '2', field: 'card_number', rule: 'number-of-another', value: '9999999999' }])
    expect((await registry.persons([other])).get(other)?.held.cards).toHaveLength(1)
  })

  it('had another number in the same piece first', async () => {
    const { take } = await startIntake()
    await take('households', feed('households', household()))
    const { outcome, rejects } = await take(
      'persons',
      feed('persons', person(), person({ personId: other, insuranceNumber: undefined })),
    )
    expect(outcome).toMatchObject({ created: 1, refused: 1 })
    expect(rejects).toMatchObject([{ line: '2', field: 'national_id', rule: 'number-of-another' }])
  })
})

describe('contributions with names as long as they may be', () => {
  it('are taken as far as an item holds them, and the others refused one by one, the first load as ever', async () => {
    const { take, registry, endFirstLoad } = await startIntake()
    const periods = Array.from({ length: 500 }, (_, at) =>
      contribution({ employerCode: `DN${10_000 + at}`, employerName: '\u1ed9'.repeat(400) }),
    )
    await take('households', feed('households', household()))
    await take('persons', feed('persons', person()))

    const first = await take('contributions', feed('contributions', ...periods))
    const { created } = first.outcome
    expect(first.outcome).toMatchObject({ lines: 500, refused: 500 - created })
    expect(created).toBeGreaterThan(250)
    expect(new Set(first.rejects.map(({ rule }) => rule))).toEqual(new Set(['at-most-400000-bytes-of-periods']))
    const id = { personId, scheme: 'social' } as const
    expect((await registry.contributions([id])).get(contributionsId(id))?.held.periods).toHaveLength(created)

    await endFirstLoad()
    const again = await take('contributions', feed('contributions', ...periods))
    expect(again.outcome).toMatchObject({ unchanged: created, refused: 500 - created })
  })
})

describe('a number that was replaced', () => {
  it('still finds the person, and its item says since when it is replaced', async () => {
    const { take, items } = await startIntake()
    await take('households', feed('households', household()))
    await take('persons', feed('persons', person({ nationalId: undefined })))
    await take(
      'persons',
      feed('persons', person({ nationalId: undefined, insuranceNumber: '0123456780', sourceTime: onDay(4) })),
    )
    const numbers = (await items()).filter(({ SK }) => SK?.S === 'N')
    expect(numbers).toHaveLength(2)
    expect(numbers).toContainEqual(
      expect.objectContaining({
        PK: { S: `N#${hashOf('0123456789')}` },
        from: { S: '2026-01-01' },
        to: { S: '2026-01-04' },
      }),
    )
    expect(numbers).toContainEqual(
      expect.objectContaining({ PK: { S: `N#${hashOf('0123456780')}` }, from: { S: '2026-01-04' } }),
    )
  })

  it('stays the person’s whose record says that it is a former one', async () => {
    const { take, registry, wait } = await startIntake()
    const renewed = { insuranceNumber: '0123456780', formerInsuranceNumber: '0123456789', sourceTime: onDay(4) }
    await take('households', feed('households', household()))
    await take('persons', feed('persons', person()))
    await take('persons', feed('persons', person(renewed)))
    wait(anHour)

    const { rejects } = await take('persons', feed('persons', person({ personId: other, nationalId: undefined })))
    expect(rejects).toMatchObject([{ field: 'insurance_number', rule: 'number-of-another' }])
    expect(await holdersOf(registry, [hashOf('0123456789')])).toEqual(new Map([[hashOf('0123456789'), personId]]))
  })
})

describe('a number that a record had from another person', () => {
  const rightful = feed('persons', person({ personId: other, insuranceNumber: undefined }))
  const hash = hashOf('001190000001')

  it('goes to that person an hour after the record was corrected, and to no third', async () => {
    const { take, registry, wait } = await startIntake()
    await take('households', feed('households', household()))
    await take('persons', feed('persons', person()))
    await take('persons', feed('persons', person({ nationalId: undefined, sourceTime: onDay(4) })))
    expect((await take('persons', rightful)).rejects).toMatchObject([
      { field: 'national_id', rule: 'number-of-another' },
    ])

    wait(anHour)
    expect((await take('persons', rightful)).outcome).toMatchObject({ created: 1, refused: 0 })
    expect(await holdersOf(registry, [hash])).toEqual(new Map([[hash, other]]))

    wait(anHour)
    for (const again of [person({ sourceTime: onDay(5) }), person({ personId: third, insuranceNumber: undefined })]) {
      const { rejects } = await take('persons', feed('persons', again))
      expect(rejects).toMatchObject([{ field: 'national_id', rule: 'number-of-another' }])
    }
    expect(await holdersOf(registry, [hash])).toEqual(new Map([[hash, other]]))
  })

  it('stays with the record while that is not corrected', async () => {
    const { take, registry, wait } = await startIntake()
    await take('households', feed('households', household()))
    await take('persons', feed('persons', person()))
    wait(anHour)

    expect((await take('persons', rightful)).rejects).toMatchObject([
      { field: 'national_id', rule: 'number-of-another' },
    ])
    expect(await holdersOf(registry, [hash])).toEqual(new Map([[hash, personId]]))
  })
})

describe('a piece that is no feed', () => {
  const good = feed('households', household())

  it.each([
    [
      'of an unknown kind',
      'household',
      good,
      { line: '0', field: 'file', rule: 'a feed of households, persons, cards, contributions', value: 'xxxxxxxxx' },
    ],
    [
      'that is gzip',
      'households',
      gzipSync(good),
      { line: '0', field: 'file', rule: 'lines of NDJSON, not gzip: unpack the file first', value: '' },
    ],
  ])('is refused as a whole: one %s', async (_, kind, content, reject) => {
    const { take, items } = await startIntake()
    const { outcome, rejects } = await take(kind, content)
    expect(outcome).toMatchObject({ kind, ...counts, refused: 1 })
    expect(rejects).toEqual([reject])
    expect(await items()).toEqual([])
  })

  it.each([
    ['a byte-order mark', `\ufeff${good}`, 'no-byte-order-mark'],
    ['another encoding', Buffer.from(good, 'utf16le'), 'utf-8'],
    ['bytes of no text', Buffer.from([0xff, 0xfe, 0, 1]), 'utf-8'],
    ['a line of more than a mebibyte', `{"a":"${'x'.repeat(2 ** 20)}"}`, 'at-most-1048576-bytes'],
  ])('has its lines refused: one with %s', async (_, content, rule) => {
    const { take } = await startIntake()
    const { outcome, rejects } = await take('households', content)
    expect(outcome.refused).toBe(outcome.lines)
    expect(rejects[0]).toMatchObject({ line: '1', field: 'line', rule, value: '' })
  })

  it('of any bytes has an outcome that accounts for every line', async () => {
    const { take } = await startIntake()
    const content = fc.oneof(
      fc.uint8Array({ maxLength: 300 }),
      fc.json().map(json => Buffer.from(`${json}\n{}`)),
    )
    await fc.assert(
      fc.asyncProperty(content, async bytes => {
        const { outcome, rejects } = await take('persons', Buffer.from(bytes))
        const least = bytes.length === 0 ? 0 : 1
        expect(outcome).toMatchObject({ created: 0, changed: 0, refused: Math.max(outcome.lines, least) })
        expect(new Set(rejects.map(({ line }) => line)).size).toBe(outcome.refused)
      }),
      { numRuns: 20 },
    )
  })
})

describe('a message', () => {
  it('about anything but a piece returns to the queue alone', async () => {
    const { land, deliver, outcomeOf } = await startIntake()
    const key = await land('households', feed('households', household()))
    expect(await deliver('elsewhere/a.txt', key, 'feeds/households/file-9/00000.ndjson')).toEqual([
      'elsewhere/a.txt',
      'feeds/households/file-9/00000.ndjson',
    ])
    expect(await outcomeOf(key)).toMatchObject({ created: 1 })
  })
})
