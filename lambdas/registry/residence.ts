import { accepted, field, text } from './field.ts'
import { formerProvinceCodes, isFormerProvinceCode, isProvinceCode } from './provinces.ts'
import { isWardCode } from './wards.ts'

/** Where a household or a person lives, in today's units and in the former ones. A person's stands beside the household's: converting never joins. */
export const residence = {
  addressLine: field(text.optional(), {
    type: 'text',
    official: 'diaChi',
    sensitivity: 'identifying',
    en: 'House, street and hamlet',
    vi: 'Địa chỉ (số nhà, đường, thôn)',
  }),
  wardCode: field(accepted(isWardCode, 'one of the 3,322 ward codes in force since 2025-07-01'), {
    type: 'text',
    official: 'maXa',
    sensitivity: 'personal',
    en: 'Ward or commune of residence',
    vi: 'Mã xã, phường cư trú',
    codes: 'wards.json',
  }),
  provinceCode: field(accepted(isProvinceCode, 'one of the 34 province codes in force since 2025-07-01'), {
    type: 'text',
    official: 'maTinh',
    sensitivity: 'open',
    en: 'Province of residence',
    vi: 'Mã tỉnh cư trú',
    codes: 'provinces.json',
  }),
  formerProvinceCode: field(
    accepted(isFormerProvinceCode, 'one of the 63 province codes in force until 2025-06-30', {
      codes: formerProvinceCodes,
    }),
    {
      type: 'text',
      sensitivity: 'open',
      en: 'Province of residence by the units before 1 July 2025',
      vi: 'Mã tỉnh cư trú trước 01/7/2025',
      codes: 'former-provinces.json',
    },
  ),
}
