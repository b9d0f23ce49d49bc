import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { faultsOf, headFaults, type Reference, reference, textFaults } from './faults.ts'

describe('the reference lists', () => {
  it('agree with themselves and with each other', () => {
    expect(faultsOf(reference)).toEqual([])
  })

  it('are as long as the lists they were taken from', () => {
    expect(reference.provinces.provinces).toHaveLength(34)
    expect(reference.formerProvinces.provinces).toHaveLength(63)
    expect(reference.wards.wards).toHaveLength(3322)
    expect(reference.objectCodes.objectCodes).toHaveLength(55)
    expect(reference.relationships.relationships).toHaveLength(23)
    expect(reference.ethnicGroups.ethnicGroups).toHaveLength(56)
  })

  it('account for all 11,801 facilities that were captured', () => {
    expect(reference.facilities.facilities).toHaveLength(11_794)
    expect(reference.facilities.dropped).toHaveLength(7)
    const codes = reference.facilities.dropped.map(({ code }) => code)
    expect(codes.filter(code => code.endsWith('null'))).toEqual(['91null', '12null'])
  })
})

describe.each(listFiles())('reference/%s', file => {
  const list: object = JSON.parse(readFileSync(new URL(file, folder()), 'utf8'))

  it('says what it is, whence and of when', () => {
    expect(headFaults(file, list)).toEqual([])
  })

  it('is in NFC and has single spaces', () => {
    expect(textFaults(file, list)).toEqual([])
  })
})

describe('a broken list is found out', () => {
  it.each<[fault: string, damage: (lists: Reference) => void]>([
    ['wards has no title in both languages', lists => (lists.wards.title.vi = '')],
    ['wards has no source', lists => (lists.wards.source = '')],
    ['wards has no date', lists => (lists.wards.date = 'January')],
    ['wards.wards.0.name is not in NFC', ({ wards }) => (first(wards.wards).name = 'Phường Ba Đình'.normalize('NFD'))],
    ['provinces.provinces.0.name has a space too many', lists => (first(lists.provinces.provinces).name = 'Hà  Nội')],
    ['provinces.provinces.0.name has a space too many', lists => (first(lists.provinces.provinces).name = 'Hà Nội ')],
    ['wards has 00008 twice', ({ wards }) => (first(wards.wards).code = '00008')],
    ['wards has the malformed code 4', ({ wards }) => (first(wards.wards).code = '4')],
    ['facilities has the malformed code 91null', ({ facilities }) => (first(facilities.facilities).code = '91null')],
    ['objectCodes has the malformed code dn', lists => (first(lists.objectCodes.objectCodes).code = 'dn')],
    ['provinces do not know 01 to 04', lists => (first(lists.formerProvinces.provinces).successor = '04')],
    ['formerProvinces do not know 77 to 01', lists => first(lists.provinces.provinces).formerCodes.push('77')],
    [
      'former province 01 has the identity prefix 079',
      lists => (first(lists.formerProvinces.provinces).cccdPrefix = '079'),
    ],
    ['a ward lies in the unknown province 02', ({ wards }) => (first(wards.wards).province = '02')],
    ['province 46 has no ward', ({ wards }) => (wards.wards = wards.wards.filter(({ province }) => province !== '46'))],
    ['a facility has the unknown prefix 99', ({ facilities }) => (first(facilities.facilities).code = '99001')],
    ['facility 49902 was dropped without a reason', ({ facilities }) => (first(facilities.dropped).reason = '')],
    [
      'facility 49902 was dropped as a twin, and does not stand once itself',
      ({ facilities }) => (facilities.facilities = facilities.facilities.filter(({ code }) => code !== '49902')),
    ],
    [
      'facility 49902 was dropped as a twin, and does not stand once itself',
      ({ facilities }) => (first(facilities.dropped).name = 'Bệnh viện khác'),
    ],
    ['object code DN has an unknown level', lists => (levelOfFirst(lists).level = 6)],
    ['the levels of object code DN do not cover every day once', lists => (levelOfFirst(lists).from = '2025-01-01')],
    ['the levels of object code DN do not cover every day once', lists => (levelOfFirst(lists).to = '2025-12-31')],
    ['the base salaries do not cover every day once', lists => (firstSalary(lists).to = '2026-06-29')],
    [
      'smallVisitBelow from 2024-07-01 is not 15 % of the base salary',
      lists => (firstSalary(lists).smallVisitBelow = 1),
    ],
    ['ownPaymentAbove from 2024-07-01 is not six base salaries', lists => (firstSalary(lists).ownPaymentAbove = 1)],
    [
      'firstMemberMonthly from 2024-07-01 is not 4.5 % of the base salary',
      lists => (firstSalary(lists).firstMemberMonthly = 1),
    ],
    [
      'the outpatient rates of visit-object code 1.13 do not cover every day once',
      lists => (rateOf113(lists).to = '2026-07-01'),
    ],
    ['the unknown facility 99001 is ranked', ({ careLevels }) => (first(careLevels.classes).facilities += ' 99001')],
    ['facility 01007 is ranked twice', ({ careLevels }) => (first(careLevels.classes).facilities += ' 01007')],
    ['household share 2 is out of order', lists => (first(lists.benefitLevels.householdShares).order = 2)],
    ['the name Nguyễn stands twice in one list', ({ nameFrequencies: { surnames } }) => surnames.push(first(surnames))],
    ['the name Nguyễn has no weight', ({ nameFrequencies: { surnames } }) => (first(surnames).weight = 0)],
  ])('%s', (fault, damage) => {
    const lists = structuredClone(reference)
    damage(lists)
    expect(faultsOf(lists)).toContain(fault)
  })
})

function folder(): URL {
  return new URL('../../reference/', import.meta.url)
}

function listFiles(): readonly string[] {
  return readdirSync(folder(), { recursive: true, encoding: 'utf8' }).filter(name => name.endsWith('.json'))
}

function levelOfFirst({ objectCodes }: Reference) {
  return first<{ level: number; from: string | null; to: string | null }>(first(objectCodes.objectCodes).levels)
}

function firstSalary({ benefitLevels }: Reference) {
  return first(benefitLevels.baseSalaries)
}

function rateOf113({ visitObjectCodes }: Reference) {
  const row = visitObjectCodes.codes.find(({ code }) => code === '1.13')
  return first<{ to: string | null }>(row?.pays.outpatient ?? [])
}

function first<Row>(rows: readonly Row[]): Row {
  const [row] = rows
  if (row === undefined) throw new Error('the list is empty')
  return row
}
