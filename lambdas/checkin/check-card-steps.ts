import type { FacilityCode } from '../registry/facility-code.ts'
import { numberHash } from '../registry/number-hash.ts'
import type { Asker, TooManyChecks } from './allowance/allowance.ts'
import type { Allowances } from './allowance/allowance-steps.ts'
import type { CardCheck } from './card-check.ts'
import type { CardHolders } from './card-holder-store.ts'
import { type Dialect, events, outcomeOf } from './events.ts'
import type { Lookups } from './lookups/lookup-store.ts'
import { careOn } from './verdict/care.ts'
import { type Verdict, verdict } from './verdict/verdict.ts'

export interface CheckCardNeeds {
  readonly holders: CardHolders
  readonly lookups: Lookups
  readonly allowances: Allowances
  readonly hashKey: () => Promise<Uint8Array>
  readonly clock: () => Date
  /** At random, 16 hexadecimal digits or more. */
  readonly newId: () => string
}

/** The verdict on one check, in whichever dialect it was asked. */
export async function checkCard(
  needs: CheckCardNeeds,
  dialect: Dialect,
  asker: Asker,
  check: CardCheck,
): Promise<Verdict | TooManyChecks> {
  return (await takeChecks(needs, dialect, asker.facility, [asker])) ?? answerCheck(needs, dialect, asker, check)
}

/** A check for each of those who ask, for `answerCheck`; or when to come again. */
export async function takeChecks(
  { allowances }: CheckCardNeeds,
  dialect: Dialect,
  facility: FacilityCode,
  askers: readonly Asker[],
): Promise<TooManyChecks | undefined> {
  const tooMany = await allowances.take(facility, askers)
  if (tooMany) events.checkSlowed(dialect, facility)
  return tooMany
}

/** No audit, no answer: the lookup is written beside the reads, and when that fails so does the check. */
export async function answerCheck(
  { holders, lookups, allowances, hashKey, clock, newId }: CheckCardNeeds,
  dialect: Dialect,
  asker: Asker,
  check: CardCheck,
): Promise<Verdict> {
  const instant = clock()
  const hash = numberHash(await hashKey(), check.number.number)
  const { facility, officerHash } = asker
  const { officer, purpose, serviceDate } = check
  const who = officer ? { officer } : officerHash ? { officerHash } : {}
  const lookup = { id: newId(), numberHash: hash, instant, facility, ...who, purpose }
  const [holder] = await Promise.all([holders.find(hash), lookups.add(lookup)])
  const answer = verdict(holder, { facility, care: careOn(facility, serviceDate) }, serviceDate, check)
  const outcome = outcomeOf(answer)
  allowances.note(asker, outcome === 'missed')
  events.cardChecked(dialect, asker, outcome, clock().getTime() - instant.getTime())
  return answer
}
