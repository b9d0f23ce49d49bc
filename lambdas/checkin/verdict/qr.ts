import { type BirthDate, isBirthDate } from '../../registry/birth-date.ts'
import { type PresentedNumber, parsePresentedNumber } from './presented-number.ts'

/** What a QR code says of its holder. */
export interface QrFacts {
  readonly number: PresentedNumber
  readonly birthDate: BirthDate
  readonly fullName: string
}

/**
 * The text of the QR code on a health card or on a citizen's identity card, as a scanner gives it: fields with a bar between.
 *
 * - health card: number, name as hexadecimal of UTF-8, birth date `dd/MM/yyyy`, `MM/yyyy` or `yyyy`, and more, ending in `$`;
 * - identity card: 12 digits, the former 9 digits or nothing, name, birth date `ddMMyyyy`, sex, address, day of issue.
 */
export function readQr(text: string): QrFacts | undefined {
  const fields = text.trim().split('|')
  return fields.at(-1)?.endsWith('$') ? healthCard(fields) : identityCard(fields)
}

function healthCard([number = '', name = '', birth = '']: readonly string[]): QrFacts | undefined {
  return facts(number, fromHex(name), birth.split('/').reverse().join('-'))
}

function identityCard([number = '', , name = '', birth = '']: readonly string[]): QrFacts | undefined {
  const [, day, month, year] = /^(\d\d)(\d\d)(\d{4})$/.exec(birth) ?? []
  return /^\d{12}$/.test(number) ? facts(number, name, `${year}-${month}-${day}`) : undefined
}

function facts(number: string, name: string | undefined, birthDate: string): QrFacts | undefined {
  const presented = parsePresentedNumber(number)
  const fullName = name?.normalize('NFC').trim()
  return presented && fullName && isBirthDate(birthDate) ? { number: presented, birthDate, fullName } : undefined
}

/** None when it is not hexadecimal of UTF-8. */
function fromHex(text: string): string | undefined {
  if (!/^([0-9a-f]{2})+$/i.test(text)) return undefined
  try {
    return utf8.decode(Buffer.from(text, 'hex'))
  } catch {
    return undefined
  }
}

const utf8 = new TextDecoder('utf-8', { fatal: true })
