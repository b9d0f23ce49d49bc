import { describe, expect, it } from 'vitest'
import { agreementWith } from '../../../lambdas/handover/agreements.ts'
import type { FaultCode, HandoverFault } from '../../../lambdas/handover/fault.ts'
import { columnName, type Field } from '../../../lambdas/registry/field.ts'
import { cardFields, householdFields, periodFields, personFields } from '../../../lambdas/registry/items.ts'
import { failToConvert } from './conversion.ts'
import {
  cardsOf,
  type Draft,
  type DraftItem,
  draftExport,
  isCardholder,
  isContributions,
  isHousehold,
  isPerson,
  lineOf,
  periodsOf,
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
  /** How far below the item is the line that is named; null where none is. */
  readonly below?: number | null
}

type Row = readonly [that: string, attribute: string, value: unknown, fault: string]

const set = (attribute: string, value: unknown) => (item: DraftItem) => [lineOf({ ...item, [attribute]: value })]
const drop = (attribute: string) => set(attribute, undefined)
const setInCard = (attribute: string, value: unknown) => (item: DraftItem) => {
  const [card, ...others] = cardsOf(item)
  return [lineOf({ ...item, cards: { L: [{ ...card, [attribute]: value }, ...others].map(M => ({ M })) } })]
}
const setInPeriod = (attribute: string, value: unknown) => (item: DraftItem) => {
  const [period, ...others] = periodsOf(item)
  return [lineOf({ ...item, periods: { L: [{ ...period, [attribute]: value }, ...others].map(M => ({ M })) } })]
}
const isNumber = ({ SK }: DraftItem) => textOf(SK) === 'N'
const refused = (fault: string, name: string) => new RegExp(`: ${name}: (${fault});`)
const unknown = (what: string) => new RegExp(`: ${what}; find who wrote it, take it out, then export again$`)

const noDate = 'no date since 1850-01-01'

const wrongTypes: readonly Row[] = [
  ['a name as a number', 'fullName', { N: '7' }, 'missing or of a wrong type'],
  ['an order in the household as a string', 'householdOrder', { S: '1' }, 'not a whole number from 1 to 99'],
  ['a sex as a list', 'sex', { L: [] }, 'missing or of a wrong type'],
  ['a day of death as a number', 'diedOn', { N: '2026' }, noDate],
  ['a telephone number as a number', 'phone', { N: '84000000000' }, 'missing or of a wrong type'],
  ['a national id as a boolean', 'nationalId', { BOOL: true }, 'missing or of a wrong type'],
  ['null that says false', 'insuranceNumber', { NULL: false }, 'missing or of a wrong type'],
  ['null in place of a name', 'fullName', { NULL: true }, 'missing or of a wrong type'],
  ['cards as a set', 'cards', { SS: ['DN4010000000001'] }, 'missing or of a wrong type'],
]

const wrongNumbers: readonly Fault[] = ['1.6', '01', '1e3', '+1', ' 1', '', '2147483648', '0x1', '1_000'].map(N => ({
  that: `has an order in the household of "${N}"`,
  is: isPerson,
  change: set('householdOrder', { N }),
  says: refused('not a whole number from 1 to 99', 'householdOrder'),
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
    says: refused(noDate, 'birthDate'),
  },
  {
    that: `has a day of death of "${S}"`,
    is: isPerson,
    change: set('diedOn', { S }),
    says: refused(noDate, 'diedOn'),
  },
  {
    that: `has a card that counts from "${S}"`,
    is: isCardholder,
    change: setInCard('validFrom', { S }),
    says: refused(noDate, 'validFrom'),
  },
])

const wrongCards: readonly Row[] = [
  ['number that is a name', 'cardNumber', { S: 'Nguyễn Thị Bưởi' }, 'not well-formed'],
  ['number as a number', 'cardNumber', { N: '4010000000001' }, 'missing or of a wrong type'],
  ['level of 6', 'cardNumber', { S: 'DN6010000000001' }, 'not well-formed'],
  ['last day as a number', 'validTo', { N: '2026' }, noDate],
  ['share of contribution as a string', 'contributionShare', { S: '70' }, 'not a whole number from 40 to 100'],
  ['order of enrolment of 1.6', 'enrolmentOrder', { N: '1.6' }, 'not a whole number from 1 to 99'],
  ['facility that is null', 'facilityCode', { NULL: true }, 'missing or of a wrong type'],
]

interface Kind {
  readonly that: string
  readonly is: (item: DraftItem) => boolean
  readonly fields: readonly Field[]
  readonly without: (name: string) => Fault['change']
  /** Required beside the fields. */
  readonly list?: string
}

/** What the definition of each kind of item says must be there. */
const kinds: readonly Kind[] = [
  { that: 'a household', is: isHousehold, fields: householdFields, without: drop },
  { that: 'a person', is: isPerson, fields: personFields, without: drop, list: 'cards' },
  { that: 'a card', is: isCardholder, fields: cardFields, without: name => setInCard(name, undefined) },
  { that: 'contributions', is: isContributions, fields: [], without: drop, list: 'periods' },
  { that: 'a period', is: isContributions, fields: periodFields, without: name => setInPeriod(name, undefined) },
]

const removed: readonly Fault[] = kinds.flatMap(({ that, is, fields, without, list }) => {
  const required = fields.filter(({ required }) => required).map(({ name }) => name)
  return [...required, ...(list ? [list] : [])].map(name => ({
    that: `is ${that} without ${name}`,
    is,
    change: without(name),
    says: refused('missing or of a wrong type|no date since .*|not a whole number .*', name),
  }))
})

const missing: readonly Fault[] = [
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
    says: refused('missing or of a wrong type', 'cardNumber'),
  },
  {
    that: 'lacks its partition key',
    is: isPerson,
    change: drop('PK'),
    says: refused('no key of its kind', 'PK'),
  },
  {
    that: 'is a household under the key of a person',
    is: isHousehold,
    change: set('PK', { S: 'P#00000000000' }),
    says: refused('no key of its kind', 'PK'),
  },
]

const named = 'Nguyễn Văn Kín 001190000001'

const wrongIds: readonly Fault[] = [
  {
    that: 'is a person under a name',
    is: isPerson,
    change: set('PK', { S: `P#${named}` }),
    says: refused('no key of its kind', 'PK'),
  },
  {
    that: 'is a person under a name, with another fault',
    is: isPerson,
    change: item => [lineOf({ ...item, PK: { S: `P#${named}` }, sex: { L: [] } })],
    says: /: (PK|sex): /,
  },
  {
    that: 'is a person under a name twice',
    is: isPerson,
    change: item => Array.from({ length: 2 }, () => lineOf({ ...item, PK: { S: `P#${named}` } })),
    says: refused('no key of its kind', 'PK'),
  },
  {
    that: 'is contributions under a name',
    is: isContributions,
    change: set('PK', { S: `P#${named}` }),
    says: refused('no key of its kind', 'PK'),
  },
  {
    that: 'is a household under more than its id',
    is: isHousehold,
    change: ({ PK, ...item }) => [lineOf({ ...item, PK: { S: textOf(PK).replace('#', '#x') } })],
    says: refused('no key of its kind', 'PK'),
  },
  ...(
    [
      ['householdId', isPerson, 'xyz'],
      ['householdId', isPerson, 'x0000000001'],
      ['headPersonId', isHousehold, named],
      ['nationalId', isPerson, 'abc'],
      ['nationalId', isPerson, '101190000001'],
      ['insuranceNumber', isPerson, '12'],
      ['insuranceNumber', isPerson, '0000000000'],
      ['formerInsuranceNumber', isPerson, '12345678901'],
      ['phone', isPerson, '0912345678'],
      ['nationality', isPerson, 'Việt Nam'],
    ] as const
  ).map(([name, is, S]) => ({
    that: `has a ${name} of "${S}"`,
    is,
    change: set(name, { S }),
    says: refused('not well-formed', name),
  })),
  {
    that: 'has a card at a facility of no province',
    is: isCardholder,
    change: setInCard('facilityCode', { S: '99123' }),
    says: refused('not well-formed', 'facilityCode'),
  },
  {
    that: 'has a period at an employer that is a name',
    is: isContributions,
    change: setInPeriod('employerCode', { S: named }),
    says: refused('not well-formed', 'employerCode'),
  },
]

const unknownCodes: readonly Fault[] = [
  ...(
    [
      ['sex', isPerson, 'Nguyễn'],
      ['relationshipCode', isPerson, '77'],
      ['ethnicCode', isPerson, '88'],
      ['identityState', isPerson, 'bogus'],
      ['birthProvinceCode', isPerson, '03'],
      ['formerProvinceCode', isHousehold, '99'],
      ['state', isHousehold, 'asleep'],
    ] as const
  ).map(([name, is, S]) => ({
    that: `has a ${name} of ${S}`,
    is,
    change: set(name, { S }),
    says: refused('no code of its list', columnName(name)),
  })),
  ...(
    [
      ['cardNumber', 'ZZ4010000000001'],
      ['cardNumber', 'DN4030000000001'],
      ['areaCode', 'K4'],
      ['recallReason', 'lost'],
    ] as const
  ).map(([name, S]) => ({
    that: `has a card with a ${name} of ${S}`,
    is: isCardholder,
    change: setInCard(name, { S }),
    says: refused('no code of its list', columnName(name)),
  })),
]

const outOfRange: readonly Fault[] = [
  ...(['0', '-5', '100'] as const).map(N => ({
    that: `has an order in the household of ${N}`,
    is: isPerson,
    change: set('householdOrder', { N }),
    says: refused('not a whole number from 1 to 99', 'householdOrder'),
  })),
  {
    that: 'has a card whose share is 39 percent',
    is: isCardholder,
    change: setInCard('contributionShare', { N: '39' }),
    says: refused('not a whole number from 40 to 100', 'contributionShare'),
  },
  { that: 'died in 1800', is: isPerson, change: set('diedOn', { S: '1800-01-01' }), says: refused(noDate, 'diedOn') },
  {
    that: 'has a period that begins before 1900',
    is: isContributions,
    change: setInPeriod('firstMonth', { S: '1899-12' }),
    says: refused('no date since 1900-01-01', 'firstMonth'),
  },
  {
    that: 'died before the birth',
    is: isPerson,
    change: item => [lineOf({ ...item, birthDate: { S: '1960' }, diedOn: { S: '1959-12-31' } })],
    says: refused('before birthDate', 'diedOn'),
  },
  {
    that: 'has a card that ends before it begins',
    is: isCardholder,
    change: setInCard('validTo', { S: '1999-01-01' }),
    says: refused('before validFrom', 'validTo'),
  },
  {
    that: 'has a period that ends before it begins',
    is: isContributions,
    change: setInPeriod('lastMonth', { S: '1999-01' }),
    says: refused('before firstMonth', 'lastMonth'),
  },
]

/** A cardholder on whose first card the attribute is, or is not. */
const hasOnCard = (attribute: string) => (item: DraftItem) =>
  isCardholder(item) && cardsOf(item)[0]?.[attribute] !== undefined
const lacksOnCard = (attribute: string) => (item: DraftItem) =>
  isCardholder(item) && cardsOf(item)[0]?.[attribute] === undefined

const unfitting: readonly Fault[] = [
  {
    that: 'has a former number beside no present one',
    is: isPerson,
    change: item => [lineOf({ ...item, formerInsuranceNumber: { S: '0123456780' }, insuranceNumber: undefined })],
    says: refused('does not go with insuranceNumber', 'formerInsuranceNumber'),
  },
  {
    that: 'has the present number as its former one',
    is: ({ insuranceNumber }) => insuranceNumber !== undefined,
    change: item => [lineOf({ ...item, formerInsuranceNumber: item.insuranceNumber })],
    says: refused('does not go with insuranceNumber', 'formerInsuranceNumber'),
  },
  {
    that: 'is verified on no day',
    is: isPerson,
    change: item => [lineOf({ ...item, identityState: { S: 'verified' }, identityVerifiedOn: { NULL: true } })],
    says: refused('does not go with identityState', 'identityVerifiedOn'),
  },
  {
    that: 'is not verified, and that on a day',
    is: isPerson,
    change: item => [lineOf({ ...item, identityState: { S: 'unverified' }, identityVerifiedOn: { S: '2026-01-01' } })],
    says: refused('does not go with identityState', 'identityVerifiedOn'),
  },
  {
    that: 'has a card that was recalled for no reason',
    is: lacksOnCard('recalledOn'),
    change: setInCard('recalledOn', { S: '2026-11-01' }),
    says: refused('does not go with recalledOn', 'recallReason'),
  },
  {
    that: 'has a card of a household without its order',
    is: hasOnCard('enrolmentOrder'),
    change: setInCard('enrolmentOrder', undefined),
    says: refused('does not go with cardNumber', 'enrolmentOrder'),
  },
  {
    that: 'has a card of no household with an order',
    is: lacksOnCard('enrolmentOrder'),
    change: setInCard('enrolmentOrder', { N: '1' }),
    says: refused('does not go with cardNumber', 'enrolmentOrder'),
  },
  {
    that: 'has a card with the share of another order',
    is: hasOnCard('enrolmentOrder'),
    change: item => setInCard('contributionShare', { N: shareOf(item) === '100' ? '70' : '100' })(item),
    says: refused('does not go with enrolmentOrder', 'contributionShare'),
  },
]

function shareOf(item: DraftItem): string | undefined {
  return (cardsOf(item)[0]?.contributionShare as { readonly N: string } | undefined)?.N
}

const places: readonly (readonly [that: string, DraftItem, says: RegExp])[] = [
  ['an unknown province', { provinceCode: { S: '99' } }, /provinceCode: unknown province;/],
  ['a name for a province', { provinceCode: { S: 'Nguyễn Thị Bưởi' } }, /provinceCode: unknown province;/],
  ['an unknown ward', { wardCode: { S: '99999' } }, /wardCode: unknown ward;/],
  [
    'the ward of another province',
    { wardCode: { S: '00004' }, provinceCode: { S: '79' } },
    /wardCode: ward of another province;/,
  ],
  [
    'the former province of another one',
    { wardCode: { S: '00004' }, provinceCode: { S: '01' }, formerProvinceCode: { S: '79' } },
    /formerProvinceCode: of another province;/,
  ],
]

const unknownLines: readonly Fault[] = [
  {
    that: 'is of an unknown kind',
    is: isPerson,
    change: set('SK', { S: 'X' }),
    says: unknown('no kind of item that the registry writes'),
  },
  {
    that: 'begins with a known kind and goes on',
    is: isPerson,
    change: set('SK', { S: 'PX' }),
    says: unknown('no kind of item that the registry writes'),
  },
  {
    that: 'is contributions of no scheme',
    is: isPerson,
    change: set('SK', { S: 'C' }),
    says: unknown('no kind of item that the registry writes'),
  },
  { that: 'lacks its sort key', is: isPerson, change: drop('SK'), says: unknown('no item with a sort key') },
  {
    that: 'hides a second sort key where it would be skipped',
    is: isNumber,
    change: set('note', { M: { SK: { S: 'P' } } }),
    says: unknown('an item with more than one sort key'),
  },
  {
    that: 'is a person behind the sort key of a number',
    is: isPerson,
    change: item => [lineOf({ note: { M: { SK: { S: 'N' } } }, ...item })],
    says: unknown('an item with more than one sort key'),
  },
  {
    that: 'is an empty line',
    is: isPerson,
    change: item => [lineOf(item), ''],
    says: unknown('no item with a sort key'),
    below: 1,
  },
]

const broken: readonly Fault[] = [
  {
    that: 'is a number behind the sort key of a person',
    is: isNumber,
    change: item => [lineOf({ note: { M: { SK: { S: 'P' } } }, ...item })],
    says: /: PK: no key of its kind;/,
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
    says: /: not one JSON object a line, with each name once;/,
    below: null,
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

/** Asks for contributions as well. */
const everything = { agreement: agreementWith('labour') }

let drawn: Promise<Draft> | undefined
function smallExport(): Promise<Draft> {
  drawn ??= draftExport({ people: 40, files: 1 })
  return drawn
}

describe('nothing is handed over, and nobody is named, when an item', () => {
  it.each([
    ...wrongTypes.map(inPerson),
    ...wrongNumbers,
    ...wrongDates,
    ...wrongCards.map(inCard),
    ...removed,
    ...missing,
    ...wrongIds,
    ...unknownCodes.map(fault => ({ ...fault, code: 'unknown-code' as const })),
    ...outOfRange,
    ...unfitting,
    ...places.map(inPlace),
    ...unknownLines.map(fault => ({ ...fault, code: 'unknown-kind' as const })),
    ...broken,
  ])('$that', async ({ is, change, says, code = 'malformed-item', below = 0 }) => {
    const { draft, file, line } = withItem(await smallExport(), is, change)

    const { error, placed } = await failToConvert(draft, undefined, everything)

    const { message, ...fault } = error as HandoverFault
    expect(fault).toMatchObject({ name: code, code, reading: file.name })
    expect(message).toMatch(says)
    expect(message).toMatch(below === null ? /^[a-z2-7]+: not one JSON/ : new RegExp(`: line ${line + below}: `))
    const told = `${message} ${error.cause}`.replace(/ from [0-9]+ to [0-9]+;/, '')
    expect(valuesOf(draft).filter(value => told.includes(value))).toEqual([])
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

const keys = new Set(['SK', 'kind'])

/** Every value of the draft, ids with it, but for what names kinds and for what is too short to say anything. */
function valuesOf({ files }: Draft): readonly string[] {
  const attributes = files.flatMap(({ lines }) => [...lines.join('\n').matchAll(/"(\w+)":\{"[SN]":"([^"]+)"\}/g)])
  return attributes.flatMap(([, name = '', value = '']) => (keys.has(name) || value.length < 5 ? [] : [value]))
}
