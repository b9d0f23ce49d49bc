import { contributionShare as shareOfOrder } from './benefit-levels.ts'
import { type BirthDate, birthPrecision, firstBirthDay } from './birth-date.ts'
import { type CardNumber, cardNumberParts } from './card-number.ts'
import type { Day } from './day.ts'
import type { FeedKind, FeedRecord, Refusal } from './feeds.ts'
import { columnName } from './field.ts'
import { isObjectCode } from './object-codes.ts'
import { isFormerProvinceCode, provincesOfFormer } from './provinces.ts'
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
  {
    rule: 'verified-after-birth',
    field: 'identityVerifiedOn',
    holds: ({ birthDate, identityVerifiedOn }) => isSinceBirth(identityVerifiedOn, birthDate),
  },
  {
    rule: 'died-after-birth',
    field: 'diedOn',
    holds: ({ birthDate, diedOn }) => isSinceBirth(diedOn, birthDate),
  },
]

const cardRules: readonly Rule<FeedRecord<'cards'>>[] = [
  {
    rule: 'known-object-code',
    field: 'cardNumber',
    holds: ({ cardNumber }) => isObjectCode(cardNumberParts(cardNumber).objectCode),
  },
  {
    rule: 'known-issuer',
    field: 'cardNumber',
    holds: ({ cardNumber }) => isIssuer(cardNumberParts(cardNumber).provinceCode),
  },
  {
    rule: 'valid-to-since-valid-from',
    field: 'validTo',
    holds: ({ validFrom, validTo }) => validTo === undefined || validFrom <= validTo,
  },
  {
    rule: 'recall-reason-if-recalled',
    field: 'recallReason',
    holds: ({ recalledOn, recallReason }) => (recalledOn === undefined) === (recallReason === undefined),
  },
  {
    rule: 'recalled-since-issue',
    field: 'recalledOn',
    holds: ({ issuedOn, recalledOn }) => recalledOn === undefined || issuedOn <= recalledOn,
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

const contributionRules: readonly Rule<FeedRecord<'contributions'>>[] = [
  {
    rule: 'last-month-since-first-month',
    field: 'lastMonth',
    holds: ({ firstMonth, lastMonth }) => lastMonth === undefined || firstMonth <= lastMonth,
  },
]

const rules: { readonly [Kind in FeedKind]: readonly Rule<FeedRecord<Kind>>[] } = {
  households: residenceRules,
  persons: [...residenceRules, ...personRules],
  cards: cardRules,
  contributions: contributionRules,
}

/** As far as the birth is known: somebody born in 1956 can have died on any day of 1956. */
function isSinceBirth(day: Day | undefined, birth: BirthDate): boolean {
  if (day === undefined) return true
  return birthPrecision(birth) === 'day' ? day >= firstBirthDay(birth) : day.slice(0, birth.length) >= birth
}

/** A former province, or 97 for defence or 98 for the police. */
function isIssuer(code: string): boolean {
  return code === '97' || code === '98' || isFormerProvinceCode(code)
}

/** Household-based enrolment (hộ gia đình). */
function isHouseholdCard(cardNumber: CardNumber): boolean {
  return cardNumberParts(cardNumber).objectCode === 'GD'
}
