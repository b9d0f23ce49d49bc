import type { FeedRecord } from '../../lambdas/registry/feeds.ts'

/** Whoever wants another record says what is different: values as they stand in a feed, a source time as it is kept. */
type Changes<Record> = { readonly [Name in keyof Record]?: string | number | undefined }

/** Noon in Vietnam on a day of January 2026. */
export function onDay(day: number): number {
  return Date.UTC(2026, 0, day, 5)
}

export function household(changes: Changes<FeedRecord<'households'>> = {}): FeedRecord<'households'> {
  return present({
    householdId: '0100000001',
    addressLine: 'Số 1 ngõ 2',
    wardCode: '00004',
    provinceCode: '01',
    formerProvinceCode: '01',
    registeredOn: '2020-01-02',
    state: 'active',
    sourceTime: onDay(1),
    ...changes,
  })
}

export function person(changes: Changes<FeedRecord<'persons'>> = {}): FeedRecord<'persons'> {
  return present({
    personId: '0123456789A',
    householdId: '0100000001',
    relationshipCode: '00',
    householdOrder: 1,
    fullName: 'Đỗ Thị Hoà',
    birthDate: '1990-02-03',
    sex: '2',
    ethnicCode: '01',
    nationality: 'VN',
    nationalId: '001190000001',
    insuranceNumber: '0123456789',
    wardCode: '00004',
    provinceCode: '01',
    formerProvinceCode: '01',
    identityState: 'unverified',
    sourceTime: onDay(1),
    ...changes,
  })
}

export function card(changes: Changes<FeedRecord<'cards'>> = {}): FeedRecord<'cards'> {
  return present({
    personId: '0123456789A',
    cardNumber: 'DN4010123456789',
    validFrom: '2026-01-01',
    validTo: '2026-12-31',
    facilityCode: '01007',
    issuedOn: '2025-12-20',
    sourceTime: onDay(1),
    ...changes,
  })
}

export function contribution(changes: Changes<FeedRecord<'contributions'>> = {}): FeedRecord<'contributions'> {
  return present({
    personId: '0123456789A',
    scheme: 'social',
    firstMonth: '2020-01',
    employerCode: 'DN010001',
    employerName: 'Công ty Tổng hợp 1',
    salaryBase: 7_500_000,
    agencyCode: '01001',
    provinceCode: '01',
    sourceTime: onDay(1),
    ...changes,
  })
}

/** Without the fields that were changed to be absent. */
function present<Type>(fields: object): Type {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as Type
}
