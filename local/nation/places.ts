import type { AreaCode } from '../../lambdas/registry/benefit-levels.ts'
import type { EthnicCode } from '../../lambdas/registry/ethnic-groups.ts'
import type { FacilityCode } from '../../lambdas/registry/facility-code.ts'
import {
  type FormerProvinceCode,
  formerProvinceCodes,
  type ProvinceCode,
  provinceCodes,
  provinceOfFormer,
} from '../../lambdas/registry/provinces.ts'
import { type WardCode, wardName, wardsOf } from '../../lambdas/registry/wards.ts'
import facilityList from '../../reference/facilities.json' with { type: 'json' }
import type { Random } from './random.ts'
import { type ProvinceShape, provinceShapes } from './shape.ts'
import { weighted } from './weighted.ts'

/** A ward and what living there means. */
export interface Place {
  readonly wardCode: WardCode
  readonly provinceCode: ProvinceCode
  readonly formerProvinceCode: FormerProvinceCode
  readonly urban: boolean
  readonly areaCode: AreaCode | undefined
  /** Where most of the ward's people are registered. */
  readonly facilityCode: FacilityCode
}

/** Hoàng Sa has no households to register. */
const uninhabited = '20333'

const kinh = '01' as EthnicCode

const facilities = Map.groupBy(
  facilityList.facilities.map(({ code }) => code as FacilityCode),
  code => code.slice(0, 2),
)
const places = provinceCodes.flatMap(placesOf)
const populations = populationOfPlaces()
const drawAnyPlace = weighted(places.map(place => [place, populations.get(place) ?? 0]))
const drawFormerProvince = weighted(formerProvinceCodes.map(code => [code, shapeOf(code).people]))

export function drawPlace(random: Random): Place {
  return drawAnyPlace(random)
}

/** Of a nation's people, what share lives in each ward; the shares add up to 1. */
export function wardShares(): ReadonlyMap<WardCode, number> {
  const total = populations.values().reduce((sum, people) => sum + people, 0)
  return new Map(places.map(place => [place.wardCode, (populations.get(place) ?? 0) / total]))
}

/** Where a birth was registered: at home, or anywhere in the country for those who have moved. */
export function drawBirthProvince(random: Random, home: Place): FormerProvinceCode {
  return random.chance(home.urban ? 0.3 : 0.06) ? drawFormerProvince(random) : home.formerProvinceCode
}

/** Nine of ten in the hard areas, some elsewhere; the first groups of a province are the largest. */
export function drawEthnicCode(random: Random, { formerProvinceCode, areaCode }: Place): EthnicCode {
  const { ethnicCodes = [], hardship = 0 } = shapeOf(formerProvinceCode)
  const minority = areaCode === 'K1' || areaCode === 'K2' ? 0.9 : hardship * 0.42 + 0.01
  if (!random.chance(minority)) return kinh
  return (ethnicCodes[Math.floor(ethnicCodes.length * random.next() ** 2.5)] as EthnicCode | undefined) ?? kinh
}

/** The other former provinces that were merged into the province of the place. */
export function mergedWith(place: Place): readonly FormerProvinceCode[] {
  return formerCodesOf(place.provinceCode).filter(code => code !== place.formerProvinceCode)
}

/** A facility that takes the card; `prefix` is a former province, 97 or 98. */
export function drawFacility(random: Random, prefix: string): FacilityCode {
  const list = facilities.get(prefix) ?? []
  const drawn = list[random.below(list.length)]
  if (!drawn) throw new Error(`no facility has the prefix ${prefix}; reference/facilities.json must list one`)
  return drawn
}

function placesOf(province: ProvinceCode): readonly Place[] {
  return wardsOf(province).map(wardCode => {
    const formerProvinceCode = formerProvinceOf(province, wardCode)
    const local = facilities.get(formerProvinceCode) ?? []
    return {
      wardCode,
      provinceCode: province,
      formerProvinceCode,
      urban: wardName(wardCode).startsWith('Phường'),
      areaCode: areaOf(wardCode, shapeOf(formerProvinceCode)),
      facilityCode: local[Math.floor(scatter(wardCode) * local.length)] as FacilityCode,
    }
  })
}

function formerProvinceOf(province: ProvinceCode, ward: WardCode): FormerProvinceCode {
  const begun = formerCodesOf(province).filter(code => shapeOf(code).firstWard <= ward)
  return begun.reduce((latest, code) => (shapeOf(code).firstWard > shapeOf(latest).firstWard ? code : latest))
}

function formerCodesOf(province: ProvinceCode): readonly FormerProvinceCode[] {
  return formerProvinceCodes.filter(code => provinceOfFormer(code) === province)
}

/** Special zones are islands; which communes are hard areas is scattered, though the same in every nation. */
function areaOf(ward: WardCode, { hardship = 0 }: ProvinceShape): AreaCode | undefined {
  const name = wardName(ward)
  if (name.startsWith('Đặc khu')) return 'K3'
  if (name.startsWith('Phường')) return undefined
  const scattered = scatter(`area ${ward}`)
  if (scattered >= hardship) return undefined
  return scattered < hardship * 0.7 ? 'K2' : 'K1'
}

/** Thousands of people in each place: the former province's, more in a ward than in a commune, few on an island. */
function populationOfPlaces(): ReadonlyMap<Place, number> {
  const sizes = new Map(places.map(place => [place, sizeOf(place)]))
  const totals = new Map<FormerProvinceCode, number>()
  for (const [{ formerProvinceCode }, size] of sizes) {
    totals.set(formerProvinceCode, (totals.get(formerProvinceCode) ?? 0) + size)
  }
  return new Map(
    places.map(place => {
      const share = (sizes.get(place) ?? 0) / (totals.get(place.formerProvinceCode) ?? 1)
      return [place, share * shapeOf(place.formerProvinceCode).people]
    }),
  )
}

function sizeOf({ wardCode, urban, areaCode }: Place): number {
  if (wardCode === uninhabited) return 0
  const usual = urban ? 1.8 : areaCode === 'K3' ? 0.15 : areaCode ? 1.15 : 1
  return usual * (0.5 + scatter(`size ${wardCode}`))
}

function shapeOf(code: FormerProvinceCode): ProvinceShape {
  const shape = provinceShapes[code]
  if (!shape) throw new Error(`former province ${code} has no shape; add it to provinceShapes`)
  return shape
}

/** From 0, below 1, the same for the same text: FNV-1a. */
function scatter(text: string): number {
  let hash = 0x811c9dc5
  for (let at = 0; at < text.length; at++) hash = Math.imul(hash ^ text.charCodeAt(at), 0x01000193)
  hash = Math.imul(hash ^ (hash >>> 15), 0x2c1b3c6d)
  return ((hash ^ (hash >>> 13)) >>> 0) / 2 ** 32
}
