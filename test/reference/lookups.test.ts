import { describe, expect, it } from 'vitest'
import { areaCodes, baseSalaryOn, contributionShare, rateOf } from '../../lambdas/registry/benefit-levels.ts'
import { addDays, type Day } from '../../lambdas/registry/day.ts'
import { type EthnicCode, ethnicGroupName, isEthnicCode } from '../../lambdas/registry/ethnic-groups.ts'
import { facilitiesOf, facilityName, isKnownFacility } from '../../lambdas/registry/facilities.ts'
import { type FacilityCode, isFacilityCode } from '../../lambdas/registry/facility-code.ts'
import {
  isArmedForces,
  isObjectCode,
  levelOf,
  managerOf,
  type ObjectCode,
  objectName,
} from '../../lambdas/registry/object-codes.ts'
import {
  type FormerProvinceCode,
  formerProvinceCodes,
  formerProvinceName,
  isFormerProvinceCode,
  isProvinceCode,
  type ProvinceCode,
  provinceCodes,
  provinceName,
  provinceOfFormer,
} from '../../lambdas/registry/provinces.ts'
import { isRelationshipCode, type RelationshipCode, relationshipName } from '../../lambdas/registry/relationships.ts'
import { isWardCode, provinceOfWard, type WardCode, wardName, wardsOf } from '../../lambdas/registry/wards.ts'
import { reference } from './faults.ts'

describe('provinces', () => {
  it('that exist today and those of before are told apart', () => {
    expect([isProvinceCode('08'), isFormerProvinceCode('08')]).toEqual([true, true])
    expect([isProvinceCode('02'), isFormerProvinceCode('02')]).toEqual([false, true])
    expect([isProvinceCode('97'), isFormerProvinceCode('97')]).toEqual([false, false])
    expect([isProvinceCode(8), isFormerProvinceCode(8)]).toEqual([false, false])
  })

  it('keep their names before and after the merger', () => {
    expect(formerProvinceName('24' as FormerProvinceCode)).toBe('Tỉnh Bắc Giang')
    expect(provinceName('24' as ProvinceCode)).toBe('Tỉnh Bắc Ninh')
  })

  it('that were merged lead to the one that took them in', () => {
    expect(provinceOfFormer('02' as FormerProvinceCode)).toBe('08')
  })

  it('lead to the main successor where two share one', () => {
    expect(provinceOfFormer('82' as FormerProvinceCode)).toBe('82')
  })

  it('all lead to a province of today, and all of today are reached', () => {
    expect(new Set(formerProvinceCodes.map(provinceOfFormer))).toEqual(new Set(provinceCodes))
  })
})

describe('wards', () => {
  it('are known by their code', () => {
    expect(isWardCode('00004')).toBe(true)
    expect(isWardCode('00001')).toBe(false)
    expect(isWardCode(undefined)).toBe(false)
  })

  it('have a name and a province', () => {
    expect(wardName('31078' as WardCode)).toBe('Đặc khu Phú Quốc')
    expect(provinceOfWard('31078' as WardCode)).toBe('91')
  })

  it('of all provinces are all wards', () => {
    expect(provinceCodes.flatMap(wardsOf)).toHaveLength(3322)
    expect(wardsOf('46' as ProvinceCode).map(provinceOfWard)).toEqual(Array(40).fill('46'))
  })
})

describe('object codes', () => {
  it.each([
    ['CN', '2025-12-31', 3],
    ['CN', '2026-01-01', 2],
    ['LH', '2025-12-31', 4],
    ['LH', '2026-01-01', 2],
    ['TE', '2015-01-01', 1],
    ['QN', '2099-12-31', 5],
  ] as const)('%s on %s has level %i', (code, day, level) => {
    expect(levelOf(code as string as ObjectCode, day as string as Day)).toBe(level)
  })

  it('are two capital letters of the list', () => {
    expect([isObjectCode('GD'), isObjectCode('gd'), isObjectCode('ZZ'), isObjectCode(undefined)]).toEqual([
      true,
      false,
      false,
      false,
    ])
  })

  it('say who manages the card', () => {
    expect(['QN', 'CA', 'GD'].map(code => managerOf(code as ObjectCode))).toEqual([
      'defence',
      'public-security',
      'social-security',
    ])
  })

  it('of the armed forces and their relatives are these', () => {
    const codes = reference.objectCodes.objectCodes.map(({ code }) => code as ObjectCode)
    expect(codes.filter(isArmedForces).toSorted()).toEqual(['CA', 'CY', 'QN', 'TA', 'TQ', 'TY'])
  })

  it('have a name in both languages unless their meaning is not confirmed', () => {
    expect(objectName('HN' as ObjectCode)).toEqual({ en: 'Poor households', vi: 'Hộ nghèo' })
    expect(objectName('AK' as ObjectCode)).toBeUndefined()
  })
})

describe('benefit levels', () => {
  it('pay 100, 100, 95, 80 and 100 percent', () => {
    expect(([1, 2, 3, 4, 5] as const).map(rateOf)).toEqual([100, 100, 95, 80, 100])
  })

  it('know the area codes of the list', () => {
    expect(reference.benefitLevels.areaCodes.map(({ code }) => code)).toEqual([...areaCodes])
  })
})

describe('household contributions', () => {
  it('fall to 40 percent for the fifth member and stay there', () => {
    expect([1, 2, 3, 4, 5, 6, 12].map(contributionShare)).toEqual([100, 70, 60, 50, 40, 40, 40])
  })

  it('follow the base salary of the day', () => {
    const raised = '2026-07-01' as Day
    expect([addDays(raised, -1), raised].map(day => baseSalaryOn(day)?.vnd)).toEqual([2_340_000, 2_530_000])
    expect(baseSalaryOn('2024-06-30' as Day)).toBeUndefined()
  })
})

describe('relationships', () => {
  it('run from 00 to 22', () => {
    expect([
      isRelationshipCode('00'),
      isRelationshipCode('22'),
      isRelationshipCode('23'),
      isRelationshipCode(0),
    ]).toEqual([true, true, false, false])
  })

  it('are spelt rightly where the portal errs', () => {
    expect(relationshipName('20' as RelationshipCode)).toEqual({ en: 'Son-in-law', vi: 'Con rể' })
    expect(relationshipName('00' as RelationshipCode).vi).toBe('Chủ hộ')
  })
})

describe('ethnic groups', () => {
  it('run from 01 to 55, and 99 is for foreigners', () => {
    expect(['00', '01', '55', '56', '99', 1].map(isEthnicCode)).toEqual([false, true, true, false, true, false])
    expect(ethnicGroupName('99' as EthnicCode)).toBe('Người nước ngoài')
  })
})

describe('facilities', () => {
  it.each(['01007', '36ASE', '01OR2', '97001', '98001', '77999'])('%s is a well-formed code', code => {
    expect(isFacilityCode(code)).toBe(true)
  })

  it.each(['1007', '010070', '99001', '03001', '01a07', '91null', '０1007', 1007, undefined])('%s is none', code => {
    expect(isFacilityCode(code)).toBe(false)
  })

  it('may be newer than the list', () => {
    expect(isKnownFacility('77ZZZ' as FacilityCode)).toBe(false)
    expect(facilityName('77ZZZ' as FacilityCode)).toBeUndefined()
  })

  it('of the list are well-formed and have a name', () => {
    expect(isKnownFacility('01007' as FacilityCode)).toBe(true)
    expect(facilityName('01007' as FacilityCode)).toBe('Bệnh viện E')
    expect(reference.facilities.facilities.map(({ code }) => code).filter(code => !isFacilityCode(code))).toEqual([])
  })

  it('belong to a former province, except those of defence and police', () => {
    expect(formerProvinceCodes.flatMap(facilitiesOf)).toHaveLength(11_794 - 14)
  })
})
