import { type NationalId, parseNationalId } from '../../registry/national-id.ts'
import { mostOfficers } from './officers.ts'

/** Whom a facility lets ask, as its list says it. */
export interface ListedOfficer {
  readonly id: NationalId
  readonly fullName: string
}

/** What is wrong in a line and how it should be; never what stands there. */
export interface OfficerLineFault {
  readonly line: number
  readonly field: 'national_id' | 'full_name' | 'file'
  readonly fix: string
}

/** CSV in UTF-8: a national id and a full name a line; a first line with the names of both is passed over. */
export function readOfficers(
  text: string,
): readonly ListedOfficer[] | { readonly faults: readonly OfficerLineFault[] } {
  const lines = text
    .replace(/^\uFEFF/, '')
    .split(/\r?\n/)
    .map((line, index) => ({ line: index + 1, cells: cellsOf(line) }))
    .filter(({ line, cells }) => cells.join('') !== '' && !(line === 1 && cells.join() === header))
  if (lines.length === 0) return { faults: [{ line: 1, field: 'file', fix: 'must name one officer at least' }] }
  const faults: OfficerLineFault[] = []
  const names = new Map<NationalId, string>()
  for (const { line, cells } of lines) {
    const [first = '', fullName = '', ...more] = cells
    const id = parseNationalId(first)
    if (!id) faults.push({ line, field: 'national_id', fix: 'must be twelve digits, the first a 0' })
    else if (names.has(id)) faults.push({ line, field: 'national_id', fix: 'stands in an earlier line: keep one' })
    else if (fullName === '' || fullName.length > mostCharacters || more.length > 0)
      faults.push({ line, field: 'full_name', fix: `must be 1 to ${mostCharacters} characters without commas` })
    else names.set(id, fullName)
    if (names.size === mostOfficers + 1)
      faults.push({ line, field: 'file', fix: `may name ${mostOfficers} officers at most` })
  }
  return faults.length > 0 ? { faults } : [...names].map(([id, fullName]) => ({ id, fullName }))
}

const header = 'national_id,full_name'
const mostCharacters = 400

function cellsOf(line: string): readonly string[] {
  return line.split(',').map(cell =>
    cell
      .trim()
      .replace(/^"(.*)"$/, '$1')
      .normalize('NFC')
      .trim(),
  )
}
