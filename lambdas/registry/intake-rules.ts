import { contributionShare as shareOfOrder } from './benefit-levels.ts'
import { type CardNumber, cardNumberParts } from './card-number.ts'
import { facilityPrefixes } from './facility-code.ts'
import type { FeedKind, FeedRecord, Refusal } from './feeds.ts'
import { columnName } from './field.ts'
import { objectCodes } from './object-codes.ts'
import { provincesOfFormer } from './provinces.ts'
import { provinceOfWard } from './wards.ts'

/** The rules between the fields of one record that it breaks, each under the field to look at. */
export function brokenRules<Kind extends FeedKind>(
  kind: Kind,
  record: FeedRecord<Kind>,
  now: Date,
): readonly Refusal[] {
  const refusals = rules[kind]
    .filter(({ holds }) => !holds(record))
    .map(({ field, rule }) => ({ field: columnName(field), rule, value: record[field] }))
  if (record.sourceTime <= now.getTime() + clockSkewMilliseconds) return refusals
  const value = new Date(record.sourceTime).toISOString()
  return [...refusals, { field: 'source_time', rule: 'source-time-in-the-future', value }]
}

/** How far a source's clock may run ahead of ours. A record of next year would shut out all that follow until then. */
const clockSkewMilliseconds = 5 * 60_000

/** A field that, where it is there, does not come before another of its record. */
export interface Order {
  readonly rule: string
  readonly field: string
  readonly since: string
}

/** As far as a birth is known: somebody born in 1956 can have died on any day of 1956. */
export const orders: Readonly<Record<FeedKind, readonly Order[]>> = {
  households: [],
  persons: [
    { rule: 'verified-after-birth', field: 'identityVerifiedOn', since: 'birthDate' },
    { rule: 'died-after-birth', field: 'diedOn', since: 'birthDate' },
  ],
  cards: [
    { rule: 'valid-to-since-valid-from', field: 'validTo', since: 'validFrom' },
    { rule: 'recalled-since-issue', field: 'recalledOn', since: 'issuedOn' },
  ],
  contributions: [{ rule: 'last-month-since-first-month', field: 'lastMonth', since: 'firstMonth' }],
}

/** A code that stands within a field, from one character to before another. */
export interface Held {
  readonly rule: string
  readonly field: string
  readonly at: readonly [from: number, to: number]
  readonly codes: readonly string[]
}

export const held: Readonly<Record<FeedKind, readonly Held[]>> = {
  households: [],
  persons: [],
  cards: [
    { rule: 'known-object-code', field: 'cardNumber', at: [0, 2], codes: objectCodes },
    { rule: 'known-issuer', field: 'cardNumber', at: [3, 5], codes: facilityPrefixes },
  ],
  contributions: [],
}

interface Rule<Record> {
  readonly rule: string
  readonly field: keyof Record & string
  readonly holds: (record: Record) => boolean
}

const residenceRules: readonly Rule<FeedRecord<'households'> | FeedRecord<'persons'>>[] = [
  {
    rule: 'ward-in-province',
    field: 'wardCode',
    holds: ({ wardCode, provinceCode }) => provinceOfWard(wardCode) === provinceCode,
  },
  {
    rule: 'former-province-in-province',
    field: 'formerProvinceCode',
    holds: ({ formerProvinceCode, provinceCode }) => provincesOfFormer(formerProvinceCode).includes(provinceCode),
  },
]

const personRules: readonly Rule<FeedRecord<'persons'>>[] = [
  {
    rule: 'former-number-replaced-by-another',
    field: 'formerInsuranceNumber',
    holds: ({ insuranceNumber, formerInsuranceNumber }) =>
      formerInsuranceNumber === undefined ||
      (insuranceNumber !== undefined && insuranceNumber !== formerInsuranceNumber),
  },
  {
    rule: 'verified-on-if-verified',
    field: 'identityVerifiedOn',
    holds: ({ identityState, identityVerifiedOn }) =>
      (identityState === 'verified') === (identityVerifiedOn !== undefined),
  },
]

const cardRules: readonly Rule<FeedRecord<'cards'>>[] = [
  {
    rule: 'recall-reason-if-recalled',
    field: 'recallReason',
    holds: ({ recalledOn, recallReason }) => (recalledOn === undefined) === (recallReason === undefined),
  },
  {
    rule: 'enrolment-order-if-household',
    field: 'enrolmentOrder',
    holds: ({ cardNumber, enrolmentOrder }) => isHouseholdCard(cardNumber) === (enrolmentOrder !== undefined),
  },
  {
    rule: 'contribution-share-of-order',
    field: 'contributionShare',
    holds: ({ enrolmentOrder, contributionShare }) =>
      contributionShare === (enrolmentOrder === undefined ? undefined : shareOfOrder(enrolmentOrder)),
  },
]

const rules: { readonly [Kind in FeedKind]: readonly Rule<FeedRecord<Kind>>[] } = {
  households: residenceRules,
  persons: [...residenceRules, ...personRules, ...listed('persons')],
  cards: [...listed('cards'), ...cardRules],
  contributions: listed('contributions'),
}

function listed<Kind extends FeedKind>(kind: Kind): readonly Rule<FeedRecord<Kind>>[] {
  type Text = Readonly<Record<string, string | undefined>>
  const of = (record: FeedRecord<Kind>) => record as unknown as Text
  const own = (field: string) => field as keyof FeedRecord<Kind> & string
  return [
    ...held[kind].map(({ rule, field, at, codes }) => ({
      rule,
      field: own(field),
      holds: (record: FeedRecord<Kind>) => codes.includes((of(record)[field] as string).slice(...at)),
    })),
    ...orders[kind].map(({ rule, field, since }) => ({
      rule,
      field: own(field),
      // As text a year or a month comes before each of its days
      holds: (record: FeedRecord<Kind>) => {
        const at = of(record)[field]
        return at === undefined || at >= (of(record)[since] as string)
      },
    })),
  ]
}

/** Household-based enrolment (hộ gia đình). */
function isHouseholdCard(cardNumber: CardNumber): boolean {
  return cardNumberParts(cardNumber).objectCode === 'GD'
}
