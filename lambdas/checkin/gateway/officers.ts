import { timingSafeEqual } from 'node:crypto'
import type { NationalId } from '../../registry/national-id.ts'
import { officerHash } from '../officer-hash.ts'
import { letters } from '../verdict/identity.ts'

/** What is kept of an officer of a facility, under the key of number hashes: neither id nor name. */
export interface Officer {
  /** `officerHash` of the national id. */
  readonly id: string
  /** `officerHash` of that and the name: one name is another for each officer. */
  readonly name: string
}

/** What a session carries of the facility's officers: the first bytes of both hashes, one after the other. */
export type OfficerPrints = Buffer

/** Codes of an officer whose id the facility has not registered, and of one whose name is not the id's. */
export type OfficerRefusal = '054' | '055'

/** At most so many officers has a facility: their prints must fit into the request line of each call. */
export const mostOfficers = 400

/** Of the id, enough that a stranger's fits with a chance of 400 in a million million; and of the name. */
const idBytes = 5
const nameBytes = 3
export const printBytes = idBytes + nameBytes

export function officerOf(key: Uint8Array, nationalId: NationalId, fullName: string): Officer {
  const id = officerHash(key, nationalId)
  return { id, name: officerHash(key, `${id}\n${letters(fullName)}`) }
}

export function officerPrints(officers: readonly Officer[]): OfficerPrints {
  return Buffer.concat(officers.map(({ id, name }) => Buffer.concat([first(id, idBytes), first(name, nameBytes)])))
}

/** Why the officer may not ask, if so. */
export function officerRefusal(officer: Officer, prints: OfficerPrints): OfficerRefusal | undefined {
  const presented = officerPrints([officer])
  const known = pieces(prints).find(print => same(print, presented, 0, idBytes))
  if (!known) return '054'
  return same(known, presented, idBytes, printBytes) ? undefined : '055'
}

function first(hash: string, bytes: number): Buffer {
  return Buffer.from(hash, 'base64url').subarray(0, bytes)
}

function pieces(prints: OfficerPrints): readonly Buffer[] {
  return Array.from({ length: prints.length / printBytes }, (_, index) =>
    prints.subarray(index * printBytes, (index + 1) * printBytes),
  )
}

function same(a: Buffer, b: Buffer, from: number, to: number): boolean {
  return timingSafeEqual(a.subarray(from, to), b.subarray(from, to))
}
