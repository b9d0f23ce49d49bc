import { householdShares } from './benefit-levels.ts'
import { facilityPrefixes } from './facility-code.ts'
import type { FeedKind } from './feeds.ts'
import { objectCodes } from './object-codes.ts'

/** What a field must be beside the others of its record, as data: what the intake asks in TypeScript the converter asks in SQL. */
export type RecordRule = { readonly rule: string; readonly field: string } & (
  | Held
  | Order
  | Presence
  | Replacement
  | Share
)

/** A code stands within the field, from one character to before another. */
export interface Held {
  readonly at: readonly [from: number, to: number]
  readonly codes: readonly string[]
}

/** The field, where it is there, does not come before another. */
export interface Order {
  readonly since: string
}

/** The field is there just where another is, or where that begins so. */
export interface Presence {
  readonly thereWith: string
  readonly beginning?: string
}

/** Where the field is there, another is as well, and says something else. */
export interface Replacement {
  readonly replacedBy: string
}

/** The field is there just where a number from 1 is: the share of that number, or the last for all that follow. */
export interface Share {
  readonly ofOrder: string
  readonly shares: readonly number[]
}

export const recordRules: Readonly<Record<FeedKind, readonly RecordRule[]>> = {
  households: [],
  persons: [
    { rule: 'former-number-replaced-by-another', field: 'formerInsuranceNumber', replacedBy: 'insuranceNumber' },
    {
      rule: 'verified-on-if-verified',
      field: 'identityVerifiedOn',
      thereWith: 'identityState',
      beginning: 'verified',
    },
    // As far as a birth is known: somebody born in 1956 can have died on any day of 1956
    { rule: 'verified-after-birth', field: 'identityVerifiedOn', since: 'birthDate' },
    { rule: 'died-after-birth', field: 'diedOn', since: 'birthDate' },
  ],
  cards: [
    { rule: 'known-object-code', field: 'cardNumber', at: [0, 2], codes: objectCodes },
    { rule: 'known-issuer', field: 'cardNumber', at: [3, 5], codes: facilityPrefixes },
    { rule: 'valid-to-since-valid-from', field: 'validTo', since: 'validFrom' },
    { rule: 'recalled-since-issue', field: 'recalledOn', since: 'issuedOn' },
    { rule: 'recall-reason-if-recalled', field: 'recallReason', thereWith: 'recalledOn' },
    // GD: household-based enrolment (hộ gia đình)
    { rule: 'enrolment-order-if-household', field: 'enrolmentOrder', thereWith: 'cardNumber', beginning: 'GD' },
    {
      rule: 'contribution-share-of-order',
      field: 'contributionShare',
      ofOrder: 'enrolmentOrder',
      shares: householdShares,
    },
  ],
  contributions: [{ rule: 'last-month-since-first-month', field: 'lastMonth', since: 'firstMonth' }],
}
