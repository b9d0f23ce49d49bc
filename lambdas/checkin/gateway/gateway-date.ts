import { type BirthDate, isBirthDate } from '../../registry/birth-date.ts'
import type { Day } from '../../registry/day.ts'

/** `dd/MM/yyyy`, `MM/yyyy` or `yyyy`, as far as it is known. */
export function gatewayDate(date: Day | BirthDate): string {
  return date.split('-').reverse().join('/')
}

/** Reads what `gatewayDate` writes, and with `compact` eight digits, as in the portal's own sample. */
export function parseGatewayBirthDate(text: string, compact: boolean): BirthDate | undefined {
  const written = compact ? text.replace(/^(\d{2})(\d{2})(\d{4})$/, '$1/$2/$3') : text
  const [, day, month, year] = /^(?:(?:(\d{2})\/)?(\d{2})\/)?(\d{4})$/.exec(written) ?? []
  const date = [year, month, day].filter(part => part !== undefined).join('-')
  return isBirthDate(date) ? date : undefined
}
