import * as z from 'zod'
import type { BirthDate } from '../../registry/birth-date.ts'
import { isBirthDate } from '../../registry/birth-date.ts'
import { addDays, type Day, isDay } from '../../registry/day.ts'
import { farthestLastDay } from './cover.ts'

const day = z.custom<Day>(isDay)
const level = z.literal([1, 2, 3, 4, 5])

/** What the pack said of a visit. */
const said = z.discriminatedUnion('outcome', [
  z.strictObject({ outcome: z.literal('in-force'), level, lastDay: day.nullable() }),
  z.strictObject({ outcome: z.literal('not-in-force') }),
  z.strictObject({ outcome: z.literal('not-in-this-pack') }),
])
export type Said = z.infer<typeof said>

/** What the line says of the same facts. */
const online = z.discriminatedUnion('valid', [
  z.strictObject({ valid: z.literal(true), level, lastDay: day.nullable() }),
  z.strictObject({ valid: z.literal(false), reason: z.string() }),
])
export type Online = z.infer<typeof online>

export const differences = ['person', 'in-force', 'level', 'last-day'] as const
export type Difference = (typeof differences)[number]

const visited = z.strictObject({
  visit: z.string(),
  at: z.iso.datetime(),
  serviceDate: day,
  /** Of the pack that answered. */
  asOf: z.iso.datetime(),
  said,
  /** As presented; gone once the visit is settled, or `daysForHand` are over. */
  presented: z.strictObject({ number: z.string(), birthDate: z.custom<BirthDate>(isBirthDate) }).optional(),
})

const settled = z.strictObject({
  settled: z.string(),
  at: z.iso.datetime(),
  online,
  differs: z.array(z.enum(differences)).readonly(),
})

/** A line of the journal. */
export const journalLine = z.union([visited, settled])
export type JournalLine = z.infer<typeof journalLine>
export type Visited = z.infer<typeof visited>

export type Visit = Visited & { readonly settled?: z.infer<typeof settled> }

/** What became of each visit, in the order of the journal. */
export function visitsIn(lines: readonly JournalLine[]): readonly Visit[] {
  const answers = new Map(lines.flatMap(line => ('settled' in line ? [[line.settled, line]] : [])))
  return lines.flatMap(line => {
    if (!('visit' in line)) return []
    const settled = answers.get(line.visit)
    return [settled ? { ...line, settled } : line]
  })
}

/** Days behind a visit's own for which its number and birth date are kept at most: the line answers for seven, the others are for settling it by hand. */
export const daysForHand = 30

/** The journal without the numbers and birth dates of visits that are settled, or that are too old to be. `today` is in Vietnam. */
export function withoutNeedlessNumbers(lines: readonly JournalLine[], today: Day): readonly JournalLine[] {
  const earliest = addDays(today, -daysForHand)
  const settled = new Set(lines.flatMap(line => ('settled' in line ? [line.settled] : [])))
  return lines.map(line => {
    if (!('visit' in line && (settled.has(line.visit) || line.serviceDate < earliest))) return line
    const { presented: _, ...kept } = line
    return kept
  })
}

/** In what the line corrects the pack; in nothing when it confirms it. */
export function differsIn(said: Said, online: Online): readonly Difference[] {
  const unknown = said.outcome === 'not-in-this-pack'
  const notMatched = !online.valid && online.reason === 'not-matched'
  if (unknown || notMatched) return unknown && notMatched ? [] : ['person']
  if (said.outcome !== 'in-force' || !online.valid)
    return (said.outcome === 'in-force') === online.valid ? [] : ['in-force']
  return [
    ...(said.level === online.level ? [] : (['level'] as const)),
    ...(shown(said.lastDay) === shown(online.lastDay) ? [] : (['last-day'] as const)),
  ]
}

function shown(lastDay: Day | null): Day | null {
  return lastDay && lastDay > farthestLastDay ? farthestLastDay : lastDay
}
