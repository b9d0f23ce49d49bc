import benefitLevels from '../../reference/benefit-levels.json' with { type: 'json' }
import careLevels from '../../reference/care-levels.json' with { type: 'json' }
import ethnicGroups from '../../reference/ethnic-groups.json' with { type: 'json' }
import facilities from '../../reference/facilities.json' with { type: 'json' }
import formerProvinces from '../../reference/former-provinces.json' with { type: 'json' }
import nameFrequencies from '../../reference/name-frequencies.json' with { type: 'json' }
import objectCodes from '../../reference/object-codes.json' with { type: 'json' }
import provinces from '../../reference/provinces.json' with { type: 'json' }
import relationships from '../../reference/relationships.json' with { type: 'json' }
import visitObjectCodes from '../../reference/visit-object-codes.json' with { type: 'json' }
import wards from '../../reference/wards.json' with { type: 'json' }

export const reference = {
  benefitLevels,
  careLevels,
  ethnicGroups,
  facilities,
  formerProvinces,
  nameFrequencies,
  objectCodes,
  provinces,
  relationships,
  visitObjectCodes,
  wards,
}

export type Reference = typeof reference

/** What is wrong with the lists, one sentence a fault; nothing when they may be relied on. */
export function faultsOf(lists: Reference): readonly string[] {
  return [
    ...Object.entries(lists).flatMap(([list, content]) => [...headFaults(list, content), ...textFaults(list, content)]),
    ...codeFaults('provinces', lists.provinces.provinces, /^[0-9]{2}$/),
    ...codeFaults('formerProvinces', lists.formerProvinces.provinces, /^[0-9]{2}$/),
    ...codeFaults('wards', lists.wards.wards, /^[0-9]{5}$/),
    ...codeFaults('facilities', lists.facilities.facilities, /^[0-9]{2}[0-9A-Z]{3}$/),
    ...codeFaults('objectCodes', lists.objectCodes.objectCodes, /^[A-Z]{2}$/),
    ...codeFaults('relationships', lists.relationships.relationships, /^[0-9]{2}$/),
    ...codeFaults('ethnicGroups', lists.ethnicGroups.ethnicGroups, /^[0-9]{2}$/),
    ...codeFaults('areaCodes', lists.benefitLevels.areaCodes, /^K[1-3]$/),
    ...codeFaults('visitObjectCodes', lists.visitObjectCodes.codes, /^[0-9]{1,2}(\.[0-9]{1,2})?$/),
    ...mergerFaults(lists),
    ...wardFaults(lists),
    ...facilityFaults(lists),
    ...levelFaults(lists),
    ...baseSalaryFaults(lists),
    ...visitRateFaults(lists),
    ...careLevelFaults(lists),
    ...nameFaults(lists),
  ]
}

export function headFaults(list: string, content: object): readonly string[] {
  const { title, source, date } = content as {
    title?: { en?: unknown; vi?: unknown }
    source?: unknown
    date?: unknown
  }
  return [
    ...faultIf(!isFilled(title?.en) || !isFilled(title?.vi), `${list} has no title in both languages`),
    ...faultIf(!isFilled(source), `${list} has no source`),
    ...faultIf(!/^[0-9]{4}(-[0-9]{2}){0,2}$/.test(String(date)), `${list} has no date`),
  ]
}

export function textFaults(place: string, value: unknown): readonly string[] {
  if (typeof value === 'string') {
    return [
      ...faultIf(value !== value.normalize('NFC'), `${place} is not in NFC`),
      ...faultIf(value !== value.trim() || /\s{2}/.test(value), `${place} has a space too many`),
    ]
  }
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => textFaults(`${place}.${key}`, inner))
}

function codeFaults(list: string, rows: readonly { readonly code: string }[], form: RegExp): readonly string[] {
  return [
    ...repeated(rows.map(({ code }) => code)).map(code => `${list} has ${code} twice`),
    ...rows.flatMap(({ code }) => faultIf(!form.test(code), `${list} has the malformed code ${code}`)),
  ]
}

function mergerFaults({ provinces, formerProvinces }: Reference): readonly string[] {
  const forward = formerProvinces.provinces.flatMap(former =>
    [former.successor, ...(former.partlyIn ?? [])].map(province => `${former.code} to ${province}`),
  )
  const back = provinces.provinces.flatMap(province => province.formerCodes.map(code => `${code} to ${province.code}`))
  return [
    ...missing(forward, back).map(step => `provinces do not know ${step}`),
    ...missing(back, forward).map(step => `formerProvinces do not know ${step}`),
    ...formerProvinces.provinces.flatMap(({ code, cccdPrefix }) =>
      faultIf(cccdPrefix !== `0${code}`, `former province ${code} has the identity prefix ${cccdPrefix}`),
    ),
  ]
}

function wardFaults({ provinces, wards }: Reference): readonly string[] {
  const known = provinces.provinces.map(({ code }) => code)
  const used = wards.wards.map(({ province }) => province)
  return [
    ...missing(used, known).map(code => `a ward lies in the unknown province ${code}`),
    ...missing(known, used).map(code => `province ${code} has no ward`),
  ]
}

function facilityFaults({ facilities, formerProvinces }: Reference): readonly string[] {
  const prefixes = [...formerProvinces.provinces.map(({ code }) => code), '97', '98']
  return [
    ...missing(
      facilities.facilities.map(({ code }) => code.slice(0, 2)),
      prefixes,
    ).map(prefix => `a facility has the unknown prefix ${prefix}`),
    ...facilities.dropped.flatMap(({ code, name, reason }) => [
      ...faultIf(!isFilled(reason), `facility ${code} was dropped without a reason`),
      ...faultIf(
        !code.endsWith('null') &&
          facilities.facilities.filter(kept => kept.code === code && kept.name === name).length !== 1,
        `facility ${code} was dropped as a twin, and does not stand once itself`,
      ),
    ]),
  ]
}

function levelFaults({ benefitLevels, objectCodes }: Reference): readonly string[] {
  const known = benefitLevels.levels.map(({ level }) => level)
  return objectCodes.objectCodes.flatMap(({ code, levels }) => [
    ...faultIf(!levels.every(({ level }) => known.includes(level)), `object code ${code} has an unknown level`),
    ...faultIf(
      levels.at(0)?.from !== null || !joins(levels),
      `the levels of object code ${code} do not cover every day once`,
    ),
  ])
}

function baseSalaryFaults({ benefitLevels: { baseSalaries, householdShares } }: Reference): readonly string[] {
  return [
    ...faultIf(!joins(baseSalaries), 'the base salaries do not cover every day once'),
    ...baseSalaries.flatMap(({ from, vnd, smallVisitBelow, ownPaymentAbove, firstMemberMonthly }) => [
      ...faultIf(smallVisitBelow !== (vnd * 15) / 100, `smallVisitBelow from ${from} is not 15 % of the base salary`),
      ...faultIf(ownPaymentAbove !== vnd * 6, `ownPaymentAbove from ${from} is not six base salaries`),
      ...faultIf(
        firstMemberMonthly !== (vnd * 45) / 1000,
        `firstMemberMonthly from ${from} is not 4.5 % of the base salary`,
      ),
    ]),
    ...householdShares.flatMap(({ order }, index) =>
      faultIf(order !== index + 1, `household share ${order} is out of order`),
    ),
  ]
}

function visitRateFaults({ visitObjectCodes }: Reference): readonly string[] {
  return visitObjectCodes.codes.flatMap(({ code, pays }) =>
    Object.entries(pays).flatMap(([stay, periods]) =>
      faultIf(
        periods.at(0)?.from !== null || !joins(periods),
        `the ${stay} rates of visit-object code ${code} do not cover every day once`,
      ),
    ),
  )
}

function careLevelFaults({ careLevels, facilities }: Reference): readonly string[] {
  const ranked = careLevels.classes.flatMap(row => row.facilities.split(' '))
  const known = facilities.facilities.map(({ code }) => code)
  return [
    ...missing(ranked, known).map(code => `the unknown facility ${code} is ranked`),
    ...repeated(ranked).map(code => `facility ${code} is ranked twice`),
  ]
}

function nameFaults({ nameFrequencies: { surnames, middleNames, givenNames } }: Reference): readonly string[] {
  return [surnames, middleNames.men, middleNames.women, givenNames.men, givenNames.women].flatMap(names => [
    ...repeated(names.map(({ name }) => name)).map(name => `the name ${name} stands twice in one list`),
    ...names.flatMap(({ name, weight }) => faultIf(!(weight > 0), `the name ${name} has no weight`)),
  ])
}

/** Each period begins the day after the one before ended, and the last is open. */
function joins(periods: readonly { readonly from: string | null; readonly to: string | null }[]): boolean {
  return periods.every(({ to }, index) => {
    const next = periods[index + 1]
    return next === undefined ? to === null : to !== null && next.from === dayAfter(to)
  })
}

function dayAfter(day: string): string {
  return new Date(Date.parse(day) + 86_400_000).toISOString().slice(0, 10)
}

function repeated(values: readonly string[]): readonly string[] {
  return [...Map.groupBy(values, value => value)].filter(([, same]) => same.length > 1).map(([value]) => value)
}

function missing(wanted: readonly string[], present: readonly string[]): readonly string[] {
  return [...new Set(wanted).difference(new Set(present))]
}

function isFilled(value: unknown): boolean {
  return typeof value === 'string' && value.length > 0
}

function faultIf(wrong: boolean, fault: string): readonly string[] {
  return wrong ? [fault] : []
}
