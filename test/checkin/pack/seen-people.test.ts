import { expect, it } from 'vitest'
import { lookupStore } from '../../../lambdas/checkin/lookups/lookup-store.ts'
import { lookupDays } from '../../../lambdas/checkin/lookups/lookups-table.ts'
import { seenPeopleStore } from '../../../lambdas/checkin/pack/seen-people-store.ts'
import { addDays } from '../../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import type { InsuranceNumber } from '../../../lambdas/registry/insurance-number.ts'
import { numberHash } from '../../../lambdas/registry/number-hash.ts'
import { startDesk } from '../desk.ts'
import { card, holder, today } from '../people.ts'
import { facility } from './packs.ts'

it('whoever a facility looked at by any of his numbers is found, for as long as lookups are kept, and nobody else', async () => {
  const people = ['1', '2', '3', '4'].map(digit =>
    holder([card({ cardNumber: `DN401012345678${digit}` })], {
      personId: `0123456789${digit}`,
      insuranceNumber: `012345678${digit}`,
      nationalId: `00119000000${digit}`,
    }),
  )
  const { db, hashKey } = await startDesk(...people)
  const store = lookupStore(db, 'lookups')
  let looks = 0
  const look = async (number: string, daysBack: number, at: FacilityCode = facility) =>
    store.add({
      id: String(++looks).padStart(8, '0').padEnd(16, '0'),
      numberHash: numberHash(await hashKey(), number as InsuranceNumber),
      instant: new Date(`${addDays(today, -daysBack)}T03:00:00Z`),
      facility: at,
      purpose: 'reception',
    })
  await look('0123456781', 0)
  await look('001190000001', 3)
  await look('001190000002', lookupDays - 1)
  await look('0123456783', lookupDays)
  await look('0123456784', 1, '79001' as FacilityCode)
  await look('9999999999', 1)

  const seen = await seenPeopleStore(db, { registryTable: 'registry', lookupsTable: 'lookups' }).until(facility, today)

  expect(seen.toSorted()).toEqual(['01234567891', '01234567892'])
}, 60_000)
