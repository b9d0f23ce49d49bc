import { inflateRawSync } from 'node:zlib'
import packed from '../../../reference/place-names.json' with { type: 'json' }
import type { FacilityCode } from '../../registry/facility-code.ts'
import type { Person } from '../../registry/person.ts'
import { formerProvinceName, isFormerProvinceCode, provinceName } from '../../registry/provinces.ts'

interface PlaceNames {
  readonly facilities: Readonly<Record<string, string>>
  readonly wards: Readonly<Record<string, string>>
}

/** The lists themselves would make the bundle twice as large. */
const names: PlaceNames = JSON.parse(inflateRawSync(Buffer.from(packed.deflated, 'base64')).toString())

/** None when the list does not know the facility: it may be newer than the list. */
export function nameOfFacility(code: FacilityCode): string | undefined {
  return names.facilities[code]
}

/** House and street, ward, province, as far as they are known. */
export function addressOf({ addressLine, wardCode, provinceCode }: Person): string {
  const parts = [addressLine, names.wards[wardCode], provinceName(provinceCode)]
  return parts.filter(part => part !== undefined).join(', ')
}

/** Whose insurance issues cards with these characters 4 and 5, if anybody's does. */
export function issuerName(code: string): string | undefined {
  return isFormerProvinceCode(code) ? `Bảo hiểm xã hội ${formerProvinceName(code)}` : armedForces[code]
}

const armedForces: Readonly<Record<string, string>> = {
  97: 'Bảo hiểm xã hội Bộ Quốc phòng',
  98: 'Bảo hiểm xã hội Công an nhân dân',
}
