import { describe, expect, it } from 'vitest'
import { feedKinds, readFeedLine } from '../../lambdas/registry/feeds.ts'
import { brokenRules } from '../../lambdas/registry/intake-rules.ts'
import { feedLine } from '../../local/nation/feed-line.ts'
import { feedRecords } from '../../local/nation/feed-records.ts'
import { nation } from '../../local/nation/nation.ts'
import { card, contribution, household, onDay, person } from './records.ts'

const now = new Date(onDay(20))
const rulesOf = (refusals: ReturnType<typeof brokenRules>) => refusals.map(({ field, rule }) => `${field}: ${rule}`)

describe('a household or a person', () => {
  it('keeps the rules', () => {
    expect(brokenRules('households', household(), now)).toEqual([])
    expect(brokenRules('persons', person(), now)).toEqual([])
  })

  it('lives in a ward of its province', () => {
    const moved = household({ provinceCode: '79', formerProvinceCode: '79' })
    expect(brokenRules('households', moved, now)).toEqual([
      { field: 'ward_code', rule: 'ward-in-province', value: '00004' },
    ])
  })

  it('lived in a former province that its province took in', () => {
    const elsewhere = person({ formerProvinceCode: '79' })
    expect(rulesOf(brokenRules('persons', elsewhere, now))).toEqual([
      'former_province_code: former-province-in-province',
    ])
  })

  it.each(['80', '82'])('may come from former Tiền Giang, whose communes went to two provinces, to %s', province => {
    const wardCode = { '80': '27694', '82': '28249' }[province]
    const fromTienGiang = household({ wardCode, provinceCode: province, formerProvinceCode: '82' })
    expect(brokenRules('households', fromTienGiang, now)).toEqual([])
  })

  it('was not changed by its source in the future, but for five minutes that clocks may differ', () => {
    expect(brokenRules('households', household({ sourceTime: now.getTime() + 300_000 }), now)).toEqual([])
    expect(brokenRules('households', household({ sourceTime: now.getTime() + 300_001 }), now)).toEqual([
      { field: 'source_time', rule: 'source-time-in-the-future', value: '2026-01-20T05:05:00.001Z' },
    ])
  })
})

describe('a person', () => {
  it.each([
    ['verified without a day', { identityState: 'verified' }],
    ['not verified and yet with a day', { identityState: 'mismatched', identityVerifiedOn: '2025-05-05' }],
  ])('is refused when %s', (_, changes) => {
    expect(rulesOf(brokenRules('persons', person(changes), now))).toEqual([
      'identity_verified_on: verified-on-if-verified',
    ])
  })

  it.each([
    ['1990-02-03', '1990-02-02'],
    ['1990-02', '1990-01-31'],
    ['1990', '1989-12-31'],
  ])('born %s cannot have died or been verified on %s', (birthDate, before) => {
    const refusals = brokenRules(
      'persons',
      person({ birthDate, diedOn: before, identityState: 'verified', identityVerifiedOn: before }),
      now,
    )
    expect(rulesOf(refusals)).toEqual(['identity_verified_on: verified-after-birth', 'died_on: died-after-birth'])
  })

  it.each([
    ['1990-02-03', '1990-02-03'],
    ['1990-02', '1990-02-01'],
    ['1990', '1990-01-01'],
  ])('born %s can have died on %s', (birthDate, diedOn) => {
    expect(brokenRules('persons', person({ birthDate, diedOn }), now)).toEqual([])
  })

  it.each([
    ['no present number', { insuranceNumber: undefined, formerInsuranceNumber: '0123456780' }],
    ['the present number', { insuranceNumber: '0123456789', formerInsuranceNumber: '0123456789' }],
  ])('has no former number beside %s', (_, changes) => {
    expect(rulesOf(brokenRules('persons', person(changes), now))).toEqual([
      'former_insurance_number: former-number-replaced-by-another',
    ])
  })
})

describe('a card', () => {
  it.each([
    ['an ordinary one', {}],
    ['one of a single day', { validFrom: '2026-01-01', validTo: '2026-01-01' }],
    ['an open one', { validTo: undefined }],
    ['a recalled one', { recalledOn: '2026-01-05', recallReason: 'died' }],
    ['the first member’s of a household', { cardNumber: 'GD4010123456789', enrolmentOrder: 1, contributionShare: 100 }],
    ['the seventh member’s', { cardNumber: 'GD4010123456789', enrolmentOrder: 7, contributionShare: 40 }],
    ['a soldier’s, issued by defence', { cardNumber: 'QN5970123456789' }],
  ])('keeps the rules: %s', (_, changes) => {
    expect(brokenRules('cards', card(changes), now)).toEqual([])
  })

  it.each([
    ['known-object-code', 'card_number', { cardNumber: 'ZZ4010123456789' }],
    ['known-issuer', 'card_number', { cardNumber: 'DN4030123456789' }],
    ['valid-to-since-valid-from', 'valid_to', { validTo: '2025-12-31' }],
    ['recall-reason-if-recalled', 'recall_reason', { recalledOn: '2026-01-05' }],
    ['recall-reason-if-recalled', 'recall_reason', { recallReason: 'died' }],
    ['recalled-since-issue', 'recalled_on', { recalledOn: '2025-12-19', recallReason: 'died' }],
    ['enrolment-order-if-household', 'enrolment_order', { enrolmentOrder: 1, contributionShare: 100 }],
    ['enrolment-order-if-household', 'enrolment_order', { cardNumber: 'GD4010123456789' }],
    [
      'contribution-share-of-order',
      'contribution_share',
      { cardNumber: 'GD4010123456789', enrolmentOrder: 2, contributionShare: 100 },
    ],
    ['contribution-share-of-order', 'contribution_share', { cardNumber: 'GD4010123456789', enrolmentOrder: 2 }],
    ['contribution-share-of-order', 'contribution_share', { contributionShare: 40 }],
  ])('breaks %s at %s', (rule, field, changes) => {
    expect(rulesOf(brokenRules('cards', card(changes), now))).toEqual([`${field}: ${rule}`])
  })
})

describe('a contribution', () => {
  it('of a single month keeps the rules', () => {
    expect(brokenRules('contributions', contribution({ lastMonth: '2020-01' }), now)).toEqual([])
  })

  it('does not end before it begins', () => {
    expect(rulesOf(brokenRules('contributions', contribution({ lastMonth: '2019-12' }), now))).toEqual([
      'last_month: last-month-since-first-month',
    ])
  })
})

describe('the synthetic nation', () => {
  it('keeps every rule', () => {
    const today = '2026-11-22' as const
    const refusals = new Set<string>()
    for (const home of nation({ people: 5_000, seed: 7, today: today as never })) {
      const records = feedRecords(home)
      for (const kind of feedKinds) {
        for (const record of records[kind]) {
          const read = readFeedLine(kind, feedLine(kind, record))
          const broken = 'sourceTime' in read ? brokenRules(kind, read, new Date(today)) : read
          for (const { field, rule } of broken) refusals.add(`${kind}: ${field}: ${rule}`)
        }
      }
    }
    expect([...refusals]).toEqual([])
  })
})
