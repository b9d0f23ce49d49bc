import { type PresentedNumber, parsePresentedNumber } from '../lambdas/checkin/verdict/presented-number.ts'
import { type BirthDate, isBirthDate } from '../lambdas/registry/birth-date.ts'
import { type Day, isDay } from '../lambdas/registry/day.ts'
import { type Given, option, optional, UsageError } from './command.ts'

export const presentedOptions = {
  number: { type: 'string' },
  'birth-date': { type: 'string' },
  date: { type: 'string' },
} as const

export interface PresentedFacts {
  readonly number: PresentedNumber
  readonly birthDate: BirthDate
  /** As `--date` names it. */
  readonly date: Day | undefined
}

/** What was presented at the desk. @throws UsageError that names the option, and repeats neither number nor birth date. */
export function presentedFacts(given: Given): PresentedFacts {
  const number = parsePresentedNumber(option(given, 'number'))
  if (!number)
    throw new UsageError(
      '--number: expected an insurance number of 10 digits, a national id of 12 digits or a card number of 15 characters · cần mã số BHXH 10 chữ số, số định danh 12 chữ số hoặc mã thẻ 15 ký tự',
    )
  const birthDate = option(given, 'birth-date')
  if (!isBirthDate(birthDate))
    throw new UsageError(
      '--birth-date: expected a date that exists: yyyy-mm-dd, yyyy-mm or yyyy · cần một ngày có thật: yyyy-mm-dd, yyyy-mm hoặc yyyy',
    )
  const date = optional(given, 'date')
  if (date !== undefined && !isDay(date))
    throw new UsageError('--date: expected a date that exists, yyyy-mm-dd · cần một ngày có thật, yyyy-mm-dd')
  return { number, birthDate, date }
}
