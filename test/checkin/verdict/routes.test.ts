import { describe, expect, it } from 'vitest'
import { type Care, careOn } from '../../../lambdas/checkin/verdict/care.ts'
import {
  givenRoute,
  isVisitObjectCode,
  possibleRoutes,
  type Visit,
  type VisitObjectCode,
} from '../../../lambdas/checkin/verdict/routes.ts'
import type { BirthDate } from '../../../lambdas/registry/birth-date.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import { today } from '../people.ts'

const anywhere = ['1.6', '2', '7', '7.2', '7.3', '7.4', '10']
const elsewhere = ['1.3', '1.4', '1.5', ...anywhere]

const station: Care = { level: 'initial', paidInFull: true }
const clinic: Care = { level: 'initial', paidInFull: false }
const district: Care = { level: 'basic', paidInFull: false, formerly: 'district' }
const basic = { level: 'basic', paidInFull: false } as const
const provincial: Care = { level: 'specialised', paidInFull: false, formerly: 'provincial' }
const central: Care = { level: 'specialised', paidInFull: false, formerly: 'central' }

describe('the possible routes', () => {
  it.each<[string, Partial<Visit>, readonly string[]]>([
    ['where the card is registered', { registeredHere: true, care: district }, ['1.1', ...anywhere]],
    [
      'at the health station where the card is registered',
      { registeredHere: true, care: station },
      ['1.2', ...anywhere],
    ],
    ['at another health station', { care: station }, ['1.2', ...elsewhere]],
    ['at another clinic of the initial level', { care: clinic }, ['1.11', ...elsewhere]],
    ['at another basic facility, once of a district', { care: district }, ['1.15', '1.16', '3.3', ...elsewhere]],
    [
      'at another basic facility of few points',
      { care: { ...basic, points: 'under-50' } },
      ['1.12', '1.15', '1.16', ...elsewhere],
    ],
    [
      'at another basic facility of more points',
      { care: { ...basic, points: '50-to-70' } },
      ['1.13', '1.15', '1.16', ...elsewhere],
    ],
    [
      'at another basic facility, once of a province',
      { care: { ...basic, formerly: 'provincial' } },
      ['1.14', '1.15', '1.16', ...elsewhere],
    ],
    ['at a specialised facility, once of a province', { care: provincial }, ['1.17', '1.18', '3.2', ...elsewhere]],
    ['at a specialised facility, once central', { care: central }, ['1.17', '3.1', ...elsewhere]],
    [
      'at a specialised facility, for a resident of an area of hardship',
      { care: central, hardship: true },
      ['1.17', '3.1', '3.6', ...elsewhere],
    ],
    ['at a facility that nobody has ranked', { care: undefined }, elsewhere],
    ['of a newborn', { birthDate: '2026-10-25' as BirthDate, care: undefined }, ['1.7', ...elsewhere]],
    [
      'before the list was in force',
      { day: '2025-10-16' as Day, care: district },
      ['1.8', '1.9', '1.10', '3.5', '7.1'],
    ],
  ])('%s', (_, changes, codes) => {
    const found = possibleRoutes(visit(changes)).map(({ visitObjectCode }) => visitObjectCode)
    expect(found.toSorted()).toEqual(codes.toSorted())
  })
})

describe('the rate', () => {
  it.each<[string, string, string, object]>([
    ['is the card’s at the facility of registration', '1.1', today, { outpatient: 80, inpatient: 80 }],
    ['is all of the cost where everybody is paid in full', '1.2', today, { outpatient: 100, inpatient: 100 }],
    ['was nothing until June 2026', '1.13', '2026-06-30', { outpatient: 0 }],
    ['is half of the card’s from July 2026', '1.13', '2026-07-01', { outpatient: 40 }],
    ['depends on the stay', '3.1', today, { outpatient: 0, inpatient: 32 }],
    ['is not determined where no source tells it', '7.2', today, { outpatient: null }],
    ['is nothing for whom the insurance does not pay', '9', today, { outpatient: 0, inpatient: 0 }],
  ])('%s', (_, code, day, ratePercent) => {
    expect(givenRoute(code as VisitObjectCode, visit({ day: day as Day }))).toMatchObject({ ratePercent })
    expect(Object.keys(givenRoute(code as VisitObjectCode, visit({})).ratePercent)).toEqual(Object.keys(ratePercent))
  })
})

describe('a route that is given', () => {
  it.each<[string, string, Partial<Visit>, string]>([
    ['fits where nothing speaks against it', '3.3', { care: district }, 'yes'],
    ['fits whatever is known of the facility when it asks for nothing', '2', { care: undefined }, 'yes'],
    ['does not fit a card registered elsewhere', '1.1', { care: district }, 'no'],
    ['does not fit a facility of another level', '1.17', { care: district }, 'no'],
    ['does not fit where the facility is ranked without points', '1.12', { care: district }, 'no'],
    ['does not fit an adult who is no newborn', '1.7', {}, 'no'],
    ['does not fit a day on which it is not in force', '3.5', {}, 'no'],
    ['is not determined where nobody has ranked the facility', '1.15', { care: undefined }, 'not-determined'],
  ])('%s', (_, code, changes, fits) => {
    expect(givenRoute(code as VisitObjectCode, visit(changes)).fits).toBe(fits)
  })
})

describe('the list of codes', () => {
  it('tells codes from other text', () => {
    expect(['1.1', '10', '1.10', '1', '1.10 ', ''].map(isVisitObjectCode)).toEqual([
      true,
      true,
      true,
      false,
      false,
      false,
    ])
  })
})

describe('the rank of a facility', () => {
  it('is none where nobody ranked it, or not for that day', () => {
    expect(careOn('97001' as FacilityCode, today)).toBeUndefined()
    expect(careOn('01007' as FacilityCode, '2024-12-31' as Day)).toBeUndefined()
    expect(careOn('01007' as FacilityCode, today)).toMatchObject(central)
  })
})

function visit(changes: Partial<Visit>): Visit {
  const adult = '1990-02-03' as BirthDate
  return {
    day: today,
    registeredHere: false,
    care: district,
    hardship: false,
    birthDate: adult,
    cardRate: 80,
    ...changes,
  }
}
