import { describe, expect, it } from 'vitest'
import type { FaultCode, HandoverFault } from '../../../lambdas/handover/fault.ts'
import { failToConvert } from './conversion.ts'
import {
  cardsOf,
  type Draft,
  type DraftItem,
  draftExport,
  isCardholder,
  isHousehold,
  isPerson,
  lineOf,
  textOf,
  withItem,
} from './export-draft.ts'

interface Fault {
  readonly that: string
  readonly is: (item: DraftItem) => boolean
  /** What stands in the item's place, line by line. */
  readonly change: (item: DraftItem) => readonly string[]
  readonly says: RegExp
  readonly code?: FaultCode
}

type Row = readonly [that: string, attribute: string, value: unknown, fault: string]

const set = (attribute: string, value: unknown) => (item: DraftItem) => [lineOf({ ...item, [attribute]: value })]
const drop = (attribute: string) => set(attribute, undefined)
const setInCard = (attribute: string, value: unknown) => (item: DraftItem) => {
  const [card, ...others] = cardsOf(item)
  return [lineOf({ ...item, cards: { L: [{ ...card, [attribute]: value }, ...others].map(M => ({ M })) } })]
}
const isNumber = ({ SK }: DraftItem) => textOf(SK) === 'N'
const refused = (fault: string, name: string) => new RegExp(`: ${fault}: ${name} of P#[0-9A-Z]{11}$`)

const wrongTypes: readonly Row[] = [
  ['a name as a number', 'fullName', { N: '7' }, 'missing or of a wrong type'],
  ['an order in the household as a string', 'householdOrder', { S: '1' }, 'not a whole number'],
  ['a sex as a list', 'sex', { L: [] }, 'missing or of a wrong type'],
  ['a day of death as a number', 'diedOn', { N: '2026' }, 'not a date'],
  ['a telephone number as a number', 'phone', { N: '84000000000' }, 'missing or of a wrong type'],
  ['a national id as a boolean', 'nationalId', { BOOL: true }, 'missing or of a wrong type'],
  ['null that says false', 'insuranceNumber', { NULL: false }, 'missing or of a wrong type'],
  ['null in place of a name', 'fullName', { NULL: true }, 'missing or of a wrong type'],
  ['a change time as a string', 'sourceTime', { S: '1795312800000' }, 'no instant in whole milliseconds'],
  ['cards as a set', 'cards', { SS: ['DN4010000000001'] }, 'missing or of a wrong type'],
]

const wrongNumbers: readonly Fault[] = ['1.6', '01', '1e3', '+1', ' 1', '', '2147483648', '0x1', '1_000'].map(N => ({
  that: `has an order in the household of "${N}"`,
  is: isPerson,
  change: set('householdOrder', { N }),
  says: refused('not a whole number', 'householdOrder'),
}))

const wrongInstants: readonly Fault[] = ['1795312800000.5', '9223372036854775808', '9223372036854775807'].map(N => ({
  that: `has a change time of "${N}"`,
  is: isPerson,
  change: set('sourceTime', { N }),
  says: refused('no instant in whole milliseconds', 'sourceTime'),
}))

const impossibleDays = [
  '1941-02-30',
  '1941-3-5',
  '1941/03/05',
  '1941-03-05 10:00:00',
  '05-03-1941',
  '1941-13',
  'infinity',
  '',
]

const wrongDates: readonly Fault[] = impossibleDays.flatMap(S => [
  {
    that: `has a birth date of "${S}"`,
    is: isPerson,
    change: set('birthDate', { S }),
    says: refused('not a date', 'birthDate'),
  },
  {
    that: `has a day of death of "${S}"`,
    is: isPerson,
    change: set('diedOn', { S }),
    says: refused('not a date', 'diedOn'),
  },
  {
    that: `has a card that counts from "${S}"`,
    is: isCardholder,
    change: setInCard('validFrom', { S }),
    says: refused('not a date', 'validFrom'),
  },
])

const wrongCards: readonly Row[] = [
  ['number that is a name', 'cardNumber', { S: 'Nguyễn Thị Bưởi' }, 'no card number'],
  ['number as a number', 'cardNumber', { N: '4010000000001' }, 'no card number'],
  ['level of 6', 'cardNumber', { S: 'DN6010000000001' }, 'no card number'],
  ['last day as a number', 'validTo', { N: '2026' }, 'not a date'],
  ['share of contribution as a string', 'contributionShare', { S: '70' }, 'not a whole number'],
  ['order of enrolment of 1.6', 'enrolmentOrder', { N: '1.6' }, 'not a whole number'],
  ['facility that is null', 'facilityCode', { NULL: true }, 'missing or of a wrong type'],
  ['change time that is missing', 'sourceTime', undefined, 'no instant in whole milliseconds'],
]

const missing: readonly Fault[] = [
  ...['fullName', 'birthDate', 'householdOrder', 'provinceCode', 'cards', 'sourceTime'].map(attribute => ({
    that: `lacks ${attribute}`,
    is: isPerson,
    change: drop(attribute),
    says: refused(
      'missing or of a wrong type|not a date|not a whole number|no instant in whole milliseconds',
      attribute,
    ),
  })),
  {
    that: 'writes an attribute in another letter case',
    is: isPerson,
    change: ({ fullName, ...item }) => [lineOf({ ...item, FullName: fullName })],
    says: refused('missing or of a wrong type', 'fullName'),
  },
  {
    that: 'has cards that are strings',
    is: isPerson,
    change: set('cards', { L: [{ S: 'DN4010000000001' }] }),
    says: refused('no card number', 'cardNumber'),
  },
  {
    that: 'lacks its partition key',
    is: isPerson,
    change: drop('PK'),
    says: /: no key of its kind: PK of an item without key$/,
  },
  {
    that: 'is a household under the key of a person',
    is: isHousehold,
    change: set('PK', { S: 'P#00000000000' }),
    says: refused('no key of its kind', 'PK'),
  },
]

const places: readonly (readonly [that: string, DraftItem, says: RegExp])[] = [
  ['an unknown province', { provinceCode: { S: '99' } }, /unknown province in P#/],
  ['a name for a province', { provinceCode: { S: 'Nguyễn Thị Bưởi' } }, /unknown province in P#/],
  ['an unknown ward', { wardCode: { S: '99999' } }, /unknown ward in P#/],
  ['the ward of another province', { wardCode: { S: '00004' }, provinceCode: { S: '79' } }, /ward of another province/],
]

const unknownLines: readonly Fault[] = [
  { that: 'is of an unknown kind', is: isPerson, change: set('SK', { S: 'X' }), says: /line [0-9]+: unknown-kind$/ },
  {
    that: 'begins with a known kind and goes on',
    is: isPerson,
    change: set('SK', { S: 'PX' }),
    says: /line [0-9]+: unknown-kind$/,
  },
  {
    that: 'is contributions of no scheme',
    is: isPerson,
    change: set('SK', { S: 'C' }),
    says: /line [0-9]+: unknown-kind$/,
  },
  { that: 'lacks its sort key', is: isPerson, change: drop('SK'), says: /line [0-9]+: no-sort-key$/ },
  {
    that: 'hides a second sort key where it would be skipped',
    is: isNumber,
    change: set('note', { M: { SK: { S: 'P' } } }),
    says: /line [0-9]+: too-many-sort-keys$/,
  },
  {
    that: 'is a person behind the sort key of a number',
    is: isPerson,
    change: item => [lineOf({ note: { M: { SK: { S: 'N' } } }, ...item })],
    says: /line [0-9]+: too-many-sort-keys$/,
  },
  { that: 'is an empty line', is: isPerson, change: item => [lineOf(item), ''], says: /line [0-9]+: no-sort-key$/ },
]

const broken: readonly Fault[] = [
  {
    that: 'is a number behind the sort key of a person',
    is: isNumber,
    change: item => [lineOf({ note: { M: { SK: { S: 'P' } } }, ...item })],
    says: /: no key of its kind: PK of N#/,
  },
  { that: 'is no JSON', is: isPerson, change: () => ['not "SK":{"S":"P"} JSON'], says: /: not one JSON object a line/ },
  {
    that: 'is cut short',
    is: isPerson,
    change: item => [lineOf(item).slice(0, -20)],
    says: /: not one JSON object a line/,
  },
  {
    that: 'says one attribute twice',
    is: isPerson,
    change: item => [lineOf(item).replace('"sex":', '"sex":{"S":"1"},"sex":')],
    says: /: not one JSON object a line/,
  },
  {
    that: 'shares its line with another',
    is: isPerson,
    change: item => [`${lineOf(item)} ${lineOf(item)}`],
    says: /: not one JSON object a line|read, [0-9]+ parsed$/,
  },
  {
    that: 'stands in a list',
    is: isPerson,
    change: item => [`[${lineOf(item)}]`],
    says: /: not one JSON object a line|no key of its kind/,
  },
]

describe('nothing is handed over, and nobody is named, when an item', () => {
  it.each([
    ...wrongTypes.map(inPerson),
    ...wrongNumbers,
    ...wrongInstants,
    ...wrongDates,
    ...wrongCards.map(inCard),
    ...missing,
    ...places.map(inPlace),
    ...unknownLines.map(fault => ({ ...fault, code: 'unknown-kind' as const })),
    ...broken,
  ])('$that', async ({ is, change, says, code = 'malformed-item' }) => {
    const { draft, file } = withItem(await draftExport({ people: 40, files: 1 }), is, change)

    const { error, placed } = await failToConvert(draft)

    const { message, ...fault } = error as HandoverFault
    expect(fault).toMatchObject({ name: code, code, reading: file.name })
    expect(message).toMatch(says)
    expect(valuesOf(draft).filter(value => `${message} ${error.cause}`.includes(value))).toEqual([])
    expect(placed).toEqual([])
  })
})

function inPerson([that, attribute, value, fault]: Row): Fault {
  return { that: `has ${that}`, is: isPerson, change: set(attribute, value), says: refused(fault, attribute) }
}

function inCard([that, attribute, value, fault]: Row): Fault {
  const says = refused(fault, attribute)
  return { that: `has a card with a ${that}`, is: isCardholder, change: setInCard(attribute, value), says }
}

function inPlace([that, place, says]: (typeof places)[number]): Fault {
  return { that: `names ${that}`, is: isPerson, change: item => [lineOf({ ...item, ...place })], says }
}

const keys = new Set(['PK', 'SK', 'kind', 'personId', 'householdId', 'headPersonId'])

/** Every value of the draft but for keys, which say nothing, and for what is too short to say anything. */
function valuesOf({ files }: Draft): readonly string[] {
  const attributes = files.flatMap(({ lines }) => [...lines.join('\n').matchAll(/"(\w+)":\{"[SN]":"([^"]+)"\}/g)])
  return attributes.flatMap(([, name = '', value = '']) => (keys.has(name) || value.length < 5 ? [] : [value]))
}
