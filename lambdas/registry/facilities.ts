import list from '../../reference/facilities.json' with { type: 'json' }
import type { FacilityCode } from './facility-code.ts'
import type { FormerProvinceCode } from './provinces.ts'

const names = new Map(list.facilities.map(({ code, name }) => [code, name]))
const byPrefix = Map.groupBy(list.facilities, ({ code }) => code.slice(0, 2))

export function isKnownFacility(code: FacilityCode): boolean {
  return names.has(code)
}

/** None when the list does not know the facility: it may be newer than the list. */
export function facilityName(code: FacilityCode): string | undefined {
  return names.get(code)
}

export function facilitiesOf(formerProvince: FormerProvinceCode): readonly FacilityCode[] {
  return byPrefix.get(formerProvince)?.map(({ code }) => code as FacilityCode) ?? []
}
