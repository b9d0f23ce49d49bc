import { readdirSync, readFileSync } from 'node:fs'
import { type CardCheckAnswer, cardCheckAnswer } from '../../../lambdas/checkin/native/card-check-answer.ts'
import { readCardCheck } from '../../../lambdas/checkin/native/card-check-request.ts'
import type { Care } from '../../../lambdas/checkin/verdict/care.ts'
import { type Valid, type Verdict, verdict } from '../../../lambdas/checkin/verdict/verdict.ts'
import type { Card } from '../../../lambdas/registry/card.ts'
import type { Day } from '../../../lambdas/registry/day.ts'
import type { FacilityCode } from '../../../lambdas/registry/facility-code.ts'
import type { HeldPerson } from '../../../lambdas/registry/items.ts'
import type { Person } from '../../../lambdas/registry/person.ts'
import { numbersOf } from '../../../lambdas/registry/person-numbers.ts'

type Fields = Readonly<Record<string, unknown>>

/** What a case leaves unsaid is the base's: test/vectors/README.md. */
interface VectorCase {
  readonly name: string
  readonly person?: Fields
  readonly cards?: readonly Fields[]
  readonly desk?: Fields
  readonly day?: Day
  readonly presented?: Fields
  readonly expected: Fields
}

export interface Vector {
  readonly name: string
  readonly person: Person
  readonly cards: readonly Card[]
  readonly desk: { readonly facility: FacilityCode; readonly care: Care | undefined }
  readonly day: Day
  readonly presented: Fields
  readonly expected: Fields
}

const folder = new URL('../../vectors/verdicts/', import.meta.url)
const base = read('base.json') as Required<VectorCase> & { card: Fields }

export const vectors: readonly Vector[] = readdirSync(folder)
  .filter(file => file !== 'base.json')
  .flatMap(file => (read(file) as { cases: readonly VectorCase[] }).cases.map(completed))

function completed({ name, person, cards = [{}], desk, day = base.day, presented, expected }: VectorCase): Vector {
  return {
    name,
    person: over(base.person, person) as Person,
    cards: cards.map(card => over(base.card, card) as Card),
    desk: over(base.desk, desk) as Vector['desk'],
    day,
    presented: over(base.presented, presented),
    expected: expected.valid ? over(base.expected, expected) : expected,
  }
}

function over(fields: Fields, changes: Fields = {}): Fields {
  return Object.fromEntries(Object.entries({ ...fields, ...changes }).filter(([, value]) => value !== null))
}

/** The facts that a vector expects, as our code answers them. */
export function answered({ person, cards, desk, day, presented }: Vector): Fields {
  const check = readCardCheck(presented, day)
  if (!('serviceDate' in check)) return { malformed: check.map(({ field }) => field).toSorted() }
  const held = heldBy(person, cards)
  const isFound = numbersOf(held.person, held.cards).some(({ number }) => number === check.number.number)
  const given = verdict(isFound ? held : undefined, desk, day, check)
  return given.valid ? validFacts(given, cardCheckAnswer(given, desk.facility, day)) : notValidFacts(given)
}

function heldBy(person: Person, cards: readonly Card[]): HeldPerson {
  return { person: { ...person, sourceTime: 0 }, cards: cards.map(card => ({ ...card, sourceTime: 0 })) }
}

function validFacts(
  { person: _, card, superseded, next, routes, nameInOtherAccents: __, ...facts }: Valid,
  answer: CardCheckAnswer,
) {
  return {
    ...facts,
    card: named(card),
    ...(superseded && { superseded: { ...named(superseded.card), standing: superseded.standing } }),
    ...(next && { next: named(next) }),
    ...('given' in routes
      ? { route: routes.given }
      : {
          routes: Object.fromEntries(routes.possible.map(route => [route.visitObjectCode, route.ratePercent])),
          routesDetermined: routes.determined,
        }),
    remarks: 'remarks' in answer ? answer.remarks.map(({ code }) => code) : [],
  }
}

function notValidFacts(verdict: Exclude<Verdict, Valid>): Fields {
  if (!('person' in verdict)) return verdict
  const { person: _, ...facts } = verdict
  return 'card' in facts ? { ...facts, card: named(facts.card) } : facts
}

function named({ cardNumber, validFrom }: Card) {
  return { number: cardNumber, validFrom }
}

function read(file: string): unknown {
  return JSON.parse(readFileSync(new URL(file, folder), 'utf8'))
}
