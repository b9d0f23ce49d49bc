import type { BirthDate } from '../../registry/birth-date.ts'
import type { BenefitLevel } from '../../registry/card-number.ts'
import type { Day } from '../../registry/day.ts'
import { isInsuranceNumber } from '../../registry/insurance-number.ts'
import { isNationalId } from '../../registry/national-id.ts'
import type { CaughtPerson } from './catchment-sql.ts'
import { type Cover, coverOf, type DayCover, packDays } from './cover.ts'

/** What a pack says of one person. */
export interface PackPerson {
  readonly numbers: readonly string[]
  readonly birthDate: BirthDate
  /** Undefined when cover changes more often than a record can say. */
  readonly cover: Cover | undefined
}

export function readPerson(row: CaughtPerson, days: readonly Day[]): PackPerson {
  const numbers = new Set(row.numbers.split(','))
  const covered = row.days
    ? row.days.split(',').map(readDay)
    : Array<DayCover | undefined>(packDays).fill(dayCover(row.level ?? 0, row.valid_to ?? ''))
  return {
    numbers: [...numbers].filter(number => isInsuranceNumber(number) || isNationalId(number)),
    birthDate: row.birth_date as BirthDate,
    cover: coverOf(days, covered),
  }
}

function readDay(text: string): DayCover | undefined {
  const [level, lastDay = ''] = text.split(':')
  return dayCover(Number(level), lastDay)
}

function dayCover(level: number, lastDay: string): DayCover | undefined {
  if (level === 0) return undefined
  return { level: level as BenefitLevel, ...(lastDay && { lastDay: lastDay as Day }) }
}
