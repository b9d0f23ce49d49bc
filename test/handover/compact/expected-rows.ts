import { coverageOn } from '../../../lambdas/checkin/coverage.ts'
import type { Agreement } from '../../../lambdas/handover/agreement.ts'
import type { DatasetName } from '../../../lambdas/handover/datasets.ts'
import type { Card } from '../../../lambdas/registry/card.ts'
import { schemes } from '../../../lambdas/registry/contribution.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { FeedRecord } from '../../../lambdas/registry/feeds.ts'
import type { Month } from '../../../lambdas/registry/month.ts'
import { feedRecords } from '../../../local/nation/feed-records.ts'
import { type NationOptions, nation } from '../../../local/nation/nation.ts'
import type { Row } from '../parquet-rows.ts'

type Household = FeedRecord<'households'>
type Person = FeedRecord<'persons'>
type HeldCard = FeedRecord<'cards'>

export interface Holder {
  readonly person: Person
  readonly cards: readonly HeldCard[]
}

export interface Population {
  readonly households: readonly Household[]
  readonly holders: readonly Holder[]
  readonly contributions: readonly FeedRecord<'contributions'>[]
}

export function populationOf(options: NationOptions): Population {
  const homes = [...nation(options)].map(feedRecords)
  return {
    households: homes.flatMap(({ households }) => households),
    contributions: homes.flatMap(({ contributions }) => contributions),
    holders: homes.flatMap(({ persons, cards }) =>
      persons.map(person => ({ person, cards: cards.filter(({ personId }) => personId === person.personId) })),
    ),
  }
}

/** What each dataset must hold of these people, every column of it, in the order in which it must stand. */
export function expectedRows(
  { households, holders, contributions }: Population,
  day: Day,
): Readonly<Record<DatasetName, readonly Row[]>> {
  return {
    households: sorted(households.map(householdRow), 'ward_code', 'household_id'),
    persons: sorted(holders.map(personRow), 'ward_code', 'household_id', 'person_id'),
    cards: sorted(
      holders.flatMap(({ person, cards }) => cards.map(card => cardRow(person, card))),
      ...['ward_code', 'person_id', 'valid_from', 'card_number'],
    ),
    contributions: sorted(
      contributions.map(contributionRow),
      ...['agency_code', 'person_id', 'scheme', 'first_month', 'employer_code'],
    ),
    eligibility: sorted(
      holders.map(holder => eligibilityRow(holder, day)),
      'ward_code',
      'person_id',
    ),
  }
}

/** What a recipient must hold of them: the rows and columns of its agreement. */
export function receivedRows(
  { rows: { provinceCodes, exceptHoldersOf = [], schemes: named = schemes }, datasets }: Agreement,
  { households, holders, contributions }: Population,
  day: Day,
): Readonly<Partial<Record<DatasetName, readonly Row[]>>> {
  const livesThere = (code: string) => provinceCodes?.includes(code) ?? true
  const held = ({ cards }: Holder) => cards.map(({ cardNumber }) => cardNumber.slice(0, 2))
  const selected = {
    households: households.filter(({ provinceCode }) => livesThere(provinceCode)),
    holders: holders
      .filter(({ person }) => livesThere(person.provinceCode))
      .filter(holder => !held(holder).some(code => exceptHoldersOf.includes(code))),
    contributions: contributions.filter(
      ({ scheme, provinceCode }) => named.includes(scheme) && livesThere(provinceCode),
    ),
  }
  const rows = expectedRows(selected, day)
  const granted = Object.entries(datasets) as [DatasetName, readonly string[]][]
  return Object.fromEntries(
    granted.map(([dataset, columns]) => [
      dataset,
      rows[dataset].map((row): Row => Object.fromEntries(columns.map(column => [column, row[column]]))),
    ]),
  )
}

/** What identifies somebody of these people and stands in no column that the agreement grants. */
export function withheldValues({ datasets }: Agreement, population: Population, day: Day): readonly string[] {
  const granted = new Set(Object.values(datasets).flat())
  const rows = Object.values(expectedRows(population, day)).flat()
  const withheld = ['phone', 'full_name', 'national_id', 'address_line', 'card_number'].filter(
    column => !granted.has(column),
  )
  return [...new Set(rows.flatMap(row => withheld.map(column => row[column])))].filter(
    value => typeof value === 'string',
  )
}

function householdRow(household: Household): Row {
  return {
    household_id: household.householdId,
    head_person_id: household.headPersonId ?? null,
    ...residence(household),
    registered_on: date(household.registeredOn),
    state: household.state,
  }
}

function personRow({ person }: Holder): Row {
  const { birthDate } = person
  return {
    person_id: person.personId,
    household_id: person.householdId,
    relationship_code: person.relationshipCode,
    household_order: person.householdOrder,
    full_name: person.fullName,
    birth_date: date(`${birthDate}-01-01`.slice(0, 10)),
    birth_date_precision: { 4: 'year', 7: 'month', 10: 'day' }[birthDate.length],
    sex: person.sex,
    ethnic_code: person.ethnicCode,
    nationality: person.nationality,
    national_id: person.nationalId ?? null,
    insurance_number: person.insuranceNumber ?? null,
    former_insurance_number: person.formerInsuranceNumber ?? null,
    birth_province_code: person.birthProvinceCode ?? null,
    phone: person.phone ?? null,
    ...residence(person),
    identity_state: person.identityState,
    identity_verified_on: date(person.identityVerifiedOn),
    died_on: date(person.diedOn),
  }
}

function cardRow({ personId, wardCode, provinceCode }: Person, card: HeldCard): Row {
  return {
    person_id: personId,
    ward_code: wardCode,
    province_code: provinceCode,
    card_number: card.cardNumber,
    valid_from: date(card.validFrom),
    valid_to: date(card.validTo),
    facility_code: card.facilityCode,
    area_code: card.areaCode ?? null,
    five_years_from: date(card.fiveYearsFrom),
    issued_on: date(card.issuedOn),
    recalled_on: date(card.recalledOn),
    recall_reason: card.recallReason ?? null,
    enrolment_order: card.enrolmentOrder ?? null,
    contribution_share: card.contributionShare ?? null,
    object_code: card.cardNumber.slice(0, 2),
    printed_level: Number(card.cardNumber[2]),
  }
}

function contributionRow(contribution: FeedRecord<'contributions'>): Row {
  return {
    person_id: contribution.personId,
    scheme: contribution.scheme,
    first_month: firstDay(contribution.firstMonth),
    last_month: firstDay(contribution.lastMonth),
    employer_code: contribution.employerCode,
    employer_name: contribution.employerName ?? null,
    salary_base: contribution.salaryBase,
    agency_code: contribution.agencyCode,
    province_code: contribution.provinceCode,
  }
}

function firstDay(month: Month | undefined): Date | null {
  return month === undefined ? null : date(`${month}-01`)
}

function eligibilityRow({ person, cards }: Holder, day: Day): Row {
  const coverage = coverageOn({ cards, diedOn: person.diedOn }, day)
  const held = coverage.reason === 'in-force' ? coverage : undefined
  return {
    person_id: person.personId,
    ward_code: person.wardCode,
    province_code: person.provinceCode,
    reason: coverage.reason,
    ...inForce(held?.card),
    level: held?.level ?? null,
  }
}

function inForce(card: Card | undefined): Row {
  return {
    card_number: card?.cardNumber ?? null,
    object_code: card?.cardNumber.slice(0, 2) ?? null,
    area_code: card?.areaCode ?? null,
    facility_code: card?.facilityCode ?? null,
    valid_from: date(card?.validFrom),
    valid_to: date(card?.validTo),
    five_years_from: date(card?.fiveYearsFrom),
  }
}

function residence({ addressLine, wardCode, provinceCode, formerProvinceCode }: Household | Person): Row {
  return {
    address_line: addressLine,
    ward_code: wardCode,
    province_code: provinceCode,
    former_province_code: formerProvinceCode,
  }
}

function date(day: string | undefined): Date | null {
  return day === undefined ? null : new Date(`${day}T00:00:00Z`)
}

function sorted(rows: readonly Row[], ...columns: readonly string[]): readonly Row[] {
  const key = (row: Row) => columns.map(column => keyText(row[column])).join(' ')
  return rows
    .map(row => ({ row, key: key(row) }))
    .sort((a, b) => (a.key < b.key ? -1 : 1))
    .map(({ row }) => row)
}

function keyText(value: unknown): string {
  return value instanceof Date ? value.toISOString() : String(value)
}
