import type { FacilityCode } from '../registry/facility-code.ts'
import { numberHash } from '../registry/number-hash.ts'
import type { CardCheck } from './card-check.ts'
import type { CardHolders } from './card-holder-store.ts'
import type { Lookups } from './lookups/lookup-store.ts'
import { careOn } from './verdict/care.ts'
import { type Verdict, verdict } from './verdict/verdict.ts'

export interface CheckCardNeeds {
  readonly holders: CardHolders
  readonly lookups: Lookups
  readonly hashKey: () => Promise<Uint8Array>
  readonly clock: () => Date
  /** At random, 16 hexadecimal digits or more. */
  readonly newId: () => string
}

/** No audit, no answer: the lookup is written beside the reads, and when that fails so does the check. */
export async function checkCard(
  { holders, lookups, hashKey, clock, newId }: CheckCardNeeds,
  facility: FacilityCode,
  check: CardCheck,
): Promise<Verdict> {
  const hash = numberHash(await hashKey(), check.number.number)
  const { officer, purpose, serviceDate } = check
  const lookup = { id: newId(), numberHash: hash, instant: clock(), facility, ...(officer && { officer }), purpose }
  const [holder] = await Promise.all([holders.find(hash), lookups.add(lookup)])
  return verdict(holder, { facility, care: careOn(facility, serviceDate) }, serviceDate, check)
}
