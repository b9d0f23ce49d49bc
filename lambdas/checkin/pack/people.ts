import type { BirthDate } from '../../registry/birth-date.ts'
import type { BenefitLevel } from '../../registry/card-number.ts'
import type { Day } from '../../registry/day.ts'
import { isInsuranceNumber } from '../../registry/insurance-number.ts'
import { isNationalId } from '../../registry/national-id.ts'
import type { CaughtPerson } from './catchment-sql.ts'
import { type Cover, coverOf, coverThroughout, type DayCover } from './cover.ts'

/** What a pack says of one person. */
export interface PackPerson {
  readonly numbers: readonly string[]
  readonly birthDate: BirthDate
  /** Undefined when cover changes more often than a record can say. */
  readonly cover: Cover | undefined
}

/** `days` are those that the pack answers for. */
export function readPerson(row: CaughtPerson, days: readonly Day[]): PackPerson {
  const numbers = row.numbers.split(',')
  return {
    numbers: numbers.filter((number, at) => numbers.indexOf(number) === at && isNumber(number)),
    birthDate: row.birth_date as BirthDate,
    cover: row.days
      ? coverOf(days, row.days.split(',').map(readDay))
      : coverThroughout(days, dayCover(row.level ?? 0, row.valid_to ?? '')),
  }
}

function isNumber(number: string): boolean {
  return isInsuranceNumber(number) || isNationalId(number)
}

function readDay(text: string): DayCover | undefined {
  const [level, lastDay = ''] = text.split(':')
  return dayCover(Number(level), lastDay)
}

function dayCover(level: number, lastDay: string): DayCover | undefined {
  if (level === 0) return undefined
  return { level: level as BenefitLevel, ...(lastDay && { lastDay: lastDay as Day }) }
}
