import list from '../../reference/wards.json' with { type: 'json' }
import type { ProvinceCode } from './provinces.ts'

/** Five digits: one of the 3,322 wards, communes and special zones in force since 2025-07-01. */
export type WardCode = string & { readonly __brand: 'WardCode' }

const names = new Map(list.wards.map(({ code, name }) => [code, name]))
const provinces = new Map(list.wards.map(({ code, province }) => [code, province as ProvinceCode]))
const byProvince = Map.groupBy(list.wards, ({ province }) => province)

export function isWardCode(value: unknown): value is WardCode {
  return typeof value === 'string' && names.has(value)
}

export function wardName(code: WardCode): string {
  return names.get(code) as string
}

export function provinceOfWard(code: WardCode): ProvinceCode {
  return provinces.get(code) as ProvinceCode
}

export function wardsOf(province: ProvinceCode): readonly WardCode[] {
  return byProvince.get(province)?.map(({ code }) => code as WardCode) ?? []
}
