import list from '../../reference/object-codes.json' with { type: 'json' }
import type { BenefitLevel } from './card-number.ts'
import { inForce } from './dated.ts'
import type { Day } from './day.ts'

/** Two capital letters: the group in which a person is insured, the first two characters of the card number. */
export type ObjectCode = string & { readonly __brand: 'ObjectCode' }

export type CardManager = 'defence' | 'public-security' | 'social-security'

const objects = new Map(list.objectCodes.map(object => [object.code, object]))

export const objectCodes: readonly string[] = [...objects.keys()]

export function isObjectCode(value: unknown): value is ObjectCode {
  return typeof value === 'string' && objects.has(value)
}

/** None for codes that are in use but whose meaning is not confirmed. */
export function objectName(code: ObjectCode): { readonly en: string; readonly vi: string } | undefined {
  return objects.get(code)?.name ?? undefined
}

/** The level that the law gives the group on that day. A card may carry another one, printed before the law changed. */
export function levelOf(code: ObjectCode, day: Day): BenefitLevel {
  const periods = objects.get(code)?.levels ?? []
  return periods.find(period => inForce(period, day))?.level as BenefitLevel
}

export interface LevelChange {
  readonly code: ObjectCode
  readonly from: Day
  readonly level: BenefitLevel
}

/** Where the law changed a group's level, newest first: from that day it holds whatever digit a card carries. */
export const levelChanges: readonly LevelChange[] = list.objectCodes
  .flatMap(({ code, levels }) =>
    levels.flatMap(({ from, level }) =>
      from === null ? [] : [{ code: code as ObjectCode, from: from as Day, level: level as BenefitLevel }],
    ),
  )
  .sort((a, b) => (a.from < b.from ? 1 : -1))

export function managerOf(code: ObjectCode): CardManager {
  return objects.get(code)?.manager as CardManager
}

/** The armed forces, the cipher service, and their relatives. */
export function isArmedForces(code: ObjectCode): boolean {
  return objects.get(code)?.armedForces ?? false
}
