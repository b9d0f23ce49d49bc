import formerList from '../../reference/former-provinces.json' with { type: 'json' }
import list from '../../reference/provinces.json' with { type: 'json' }

/** Two digits: one of the 34 provinces in force since 2025-07-01. */
export type ProvinceCode = string & { readonly __brand: 'ProvinceCode' }

/** Two digits: one of the 63 provinces in force until 2025-06-30. Card numbers, facility codes and national ids keep it. */
export type FormerProvinceCode = string & { readonly __brand: 'FormerProvinceCode' }

export const provinceCodes: readonly ProvinceCode[] = list.provinces.map(({ code }) => code as ProvinceCode)
export const formerProvinceCodes: readonly FormerProvinceCode[] = formerList.provinces.map(
  ({ code }) => code as FormerProvinceCode,
)

const names = new Map(list.provinces.map(({ code, name }) => [code, name]))
const formerNames = new Map(formerList.provinces.map(({ code, name }) => [code, name]))
const successors = new Map(formerList.provinces.map(({ code, successor }) => [code, successor as ProvinceCode]))
const partSuccessors = new Map(
  formerList.provinces.map(({ code, partlyIn = [] }) => [
    code,
    partlyIn as readonly string[] as readonly ProvinceCode[],
  ]),
)

export function isProvinceCode(value: unknown): value is ProvinceCode {
  return typeof value === 'string' && names.has(value)
}

export function provinceName(code: ProvinceCode): string {
  return names.get(code) as string
}

export function isFormerProvinceCode(value: unknown): value is FormerProvinceCode {
  return typeof value === 'string' && formerNames.has(value)
}

export function formerProvinceName(code: FormerProvinceCode): string {
  return formerNames.get(code) as string
}

/** The province that took in all of the former one, or most of it: some communes of 82 went to 80, and the answer is 82. */
export function provinceOfFormer(code: FormerProvinceCode): ProvinceCode {
  return successors.get(code) as ProvinceCode
}

/** Every province that took in some of the former one. */
export function provincesOfFormer(code: FormerProvinceCode): readonly ProvinceCode[] {
  return [provinceOfFormer(code), ...(partSuccessors.get(code) ?? [])]
}
