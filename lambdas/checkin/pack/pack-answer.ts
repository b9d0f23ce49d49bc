import type { BirthDate } from '../../registry/birth-date.ts'
import type { BenefitLevel } from '../../registry/card-number.ts'
import { type Day, dayInVietnam } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import type { Bilingual } from '../../shared/bilingual.ts'
import type { PresentedNumber } from '../verdict/presented-number.ts'
import { coverOn } from './cover.ts'
import { coverIn, type Pack } from './pack.ts'
import type { PackHeader } from './pack-header.ts'
import { answerTexts, notTold } from './pack-texts.ts'

/** What a pack tells. It is provisional: the line, once it is back, has the last word. */
export type PackAnswer = PackSaid & {
  readonly facility: FacilityCode
  readonly serviceDate: Day
  /** What the answer rests on: the snapshot's cut, and its day in Vietnam. */
  readonly asOf: string
  readonly asOfDay: Day
  readonly message: Bilingual
  readonly notTold: Bilingual
}

type PackSaid =
  | {
      readonly outcome: 'in-force'
      readonly reason: 'in-force'
      readonly level: BenefitLevel
      /** Of the card; `null` while it is open. */
      readonly lastDay: Day | null
    }
  | { readonly outcome: 'not-in-force'; readonly reason: 'none-in-force' }
  | { readonly outcome: 'not-in-force'; readonly reason: 'begins-later'; readonly firstDay: Day }
  | { readonly outcome: 'not-in-this-pack'; readonly reason: 'not-in-this-pack' }

export type PackOutcome = PackAnswer['outcome']

/** `day` is one that the pack answers for: `answersFor` tells. */
export function packAnswer(pack: Pack, number: PresentedNumber, birthDate: BirthDate, day: Day): PackAnswer {
  const { facility, asOf, asOfDay } = pack.header
  const said = saidOf(pack, number, birthDate, day)
  return { ...said, facility, serviceDate: day, asOf, asOfDay, message: answerTexts[said.reason], notTold }
}

export function answersFor({ asOfDay, lastDay }: PackHeader, day: Day): boolean {
  return asOfDay <= day && day <= lastDay
}

/** Today in Vietnam, or the nearest day that the pack answers for: the device's clock may be off by a day. */
export function defaultDay({ asOfDay, lastDay }: PackHeader, now: Date): Day {
  const today = dayInVietnam(now)
  if (today < asOfDay) return asOfDay
  return today > lastDay ? lastDay : today
}

/** A full card number is looked up by its ten digits, as online. */
function saidOf(pack: Pack, { number }: PresentedNumber, birthDate: BirthDate, day: Day): PackSaid {
  const cover = coverIn(pack, number, birthDate)
  if (!cover) return { outcome: 'not-in-this-pack', reason: 'not-in-this-pack' }
  const found = coverOn(cover, day)
  if (found.inForce)
    return { outcome: 'in-force', reason: 'in-force', level: found.level, lastDay: found.lastDay ?? null }
  if (found.begins) return { outcome: 'not-in-force', reason: 'begins-later', firstDay: found.begins }
  return { outcome: 'not-in-force', reason: 'none-in-force' }
}
