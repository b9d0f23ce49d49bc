import type { RelationshipCode } from '../../lambdas/registry/relationships.ts'
import type { Random } from './random.ts'
import { headAgeBands, headAges } from './shape.ts'
import { weighted } from './weighted.ts'

/** A member of a household, before anything else is known. */
export interface Kin {
  readonly relationship: Relationship
  readonly sex: '1' | '2'
  /** Years, with a fraction. */
  readonly age: number
  /** Members with the same number bear the same surname: 0 is the head's, 1 the spouse's. */
  readonly lineage: number
}

const relationships = {
  head: '00',
  wife: '01',
  husband: '02',
  father: '03',
  mother: '04',
  youngerSibling: '05',
  child: '08',
  grandchild: '09',
  daughterInLaw: '19',
  sonInLaw: '20',
} as const
export type Relationship = keyof typeof relationships

export function relationshipCode(relationship: Relationship): RelationshipCode {
  return relationships[relationship] as RelationshipCode
}

const headAgeEnd = 92
const drawHeadAgeBand = headAges.map(weights => weighted(weights.map((weight, band) => [band, weight])))

/** A head and those who live with him or her, exactly `size` people. */
export function family(random: Random, size: number): readonly Kin[] {
  const age = drawHeadAge(random, size)
  const married = size > 1 && random.chance(spouseChance(size, age))
  const head: Kin = { relationship: 'head', sex: random.chance(married ? 0.8 : 0.52) ? '1' : '2', age, lineage: 0 }
  const members = [head]
  if (married) members.push(spouseOf(random, head))
  if (age < 60) addParents(random, members, size)
  if (age < 22) addSiblings(random, members, size)
  else if (age < 48) addChildren(random, members, size)
  else addBranches(random, members, size)
  return members
}

function drawHeadAge(random: Random, size: number): number {
  const band = drawHeadAgeBand[Math.min(size, headAges.length) - 1]?.(random) ?? 0
  const from = headAgeBands[band] as number
  const to = headAgeBands[band + 1] ?? headAgeEnd
  return from + random.next() * (to - from)
}

function spouseChance(size: number, age: number): number {
  if (age < 22) return 0.1
  if (age < 60) return size === 2 ? 0.45 : 0.92
  if (age < 70) return 0.78
  return age < 80 ? 0.58 : 0.3
}

function spouseOf(random: Random, head: Kin): Kin {
  const older = head.sex === '1' ? -random.below(7) : random.below(7)
  const age = Math.max(18, head.age + 1 + older + random.next() - 0.5)
  const relationship = head.sex === '1' ? 'wife' : 'husband'
  return { relationship, sex: head.sex === '1' ? '2' : '1', age, lineage: 1 }
}

/** The mother more often than the father: she is the younger and lives longer. */
function addParents(random: Random, members: Kin[], size: number): void {
  const seats = size - members.length
  const chances = [0, 0.04, 0.12, 0.5, 0.85]
  if (seats < 1 || !random.chance(chances[Math.min(seats, 4)] ?? 0)) return
  const mothersAge = ageOfHead(members) + 19 + random.below(15) + random.next()
  const both = seats > 1 && random.chance(mothersAge < 70 ? 0.6 : 0.3)
  if (both || random.chance(0.2)) {
    members.push({ relationship: 'father', sex: '1', age: mothersAge + random.below(6), lineage: 0 })
    if (!both) return
  }
  members.push({ relationship: 'mother', sex: '2', age: mothersAge, lineage: 2 })
}

function addSiblings(random: Random, members: Kin[], size: number): void {
  while (members.length < size) {
    const younger = Math.max(8, ageOfHead(members) - 1 - random.below(6) - random.next())
    members.push({ relationship: 'youngerSibling', sex: sexOfChild(random), age: younger, lineage: 0 })
  }
}

function addChildren(random: Random, members: Kin[], size: number): void {
  const lineage = fathersLineage(members)
  while (members.length < size) members.push(childOf(random, ageOfHead(members), 'child', lineage))
}

/** Grown children, one or the other married, with their children, until all seats are taken. */
function addBranches(random: Random, members: Kin[], size: number): void {
  const lineage = fathersLineage(members)
  for (let branch = 0; members.length < size; branch++) {
    const child = childOf(random, ageOfHead(members), 'child', lineage)
    members.push(child)
    const son = child.sex === '1'
    if (child.age < 23 || !random.chance(son ? 0.78 : 0.3)) continue
    const inLaws = 3 + branch
    if (members.length < size) members.push(childInLaw(random, child, inLaws))
    for (let born = 0; born < 3 && members.length < size; born++) {
      members.push(childOf(random, child.age, 'grandchild', son ? lineage : inLaws))
    }
  }
}

function childInLaw(random: Random, { sex, age }: Kin, lineage: number): Kin {
  if (sex === '2') return { relationship: 'sonInLaw', sex: '1', age: age + random.below(5), lineage }
  return { relationship: 'daughterInLaw', sex: '2', age: Math.max(19, age - random.below(5)), lineage }
}

function childOf(random: Random, parentsAge: number, relationship: 'child' | 'grandchild', lineage: number): Kin {
  return { relationship, sex: sexOfChild(random), age: ageOfChild(random, parentsAge), lineage }
}

function ageOfHead(members: readonly Kin[]): number {
  return (members[0] as Kin).age
}

function fathersLineage(members: readonly Kin[]): number {
  return members.some(({ relationship }) => relationship === 'husband') ? 1 : 0
}

/** Born when the parent was 19 to 37, most often about 27. */
function ageOfChild(random: Random, parentsAge: number): number {
  const ageAtBirth = 19 + (random.next() + random.next()) * 9
  return parentsAge > ageAtBirth ? parentsAge - ageAtBirth : random.next() * Math.max(1, parentsAge - 19)
}

/** 111 boys to 100 girls at birth. */
function sexOfChild(random: Random): '1' | '2' {
  return random.chance(0.526) ? '1' : '2'
}
