import { describe, expect, it } from 'vitest'
import type { GivenRoute } from '../../../lambdas/checkin/verdict/routes.ts'
import { card, recallReasons } from '../../../lambdas/registry/card.ts'
import { person } from '../../../lambdas/registry/person.ts'
import list from '../../../reference/desk-reasons.json' with { type: 'json' }
import visitObjects from '../../../reference/visit-object-codes.json' with { type: 'json' }
import { answered, vectors } from './vectors.ts'

describe('the verdict', () => {
  it.each(vectors)('$name', vector => {
    expect(answered(vector)).toEqual(vector.expected)
  })
})

describe('the vectors', () => {
  it('are many, each with a name of its own', () => {
    expect(vectors.length).toBeGreaterThanOrEqual(150)
    expect(new Set(vectors.map(({ name }) => name)).size).toBe(vectors.length)
  })

  it('hold persons and cards as the registry takes them', () => {
    for (const vector of vectors) {
      expect(person.safeParse(vector.person).error, vector.name).toBeUndefined()
      for (const held of vector.cards) expect(card.safeParse(held).error, vector.name).toBeUndefined()
    }
  })

  const expected = vectors.map(vector => vector.expected)

  it('reach every reason', () => {
    const codes = list.reasons.map(({ code }) => code).filter(code => !['valid', 'not-matched'].includes(code))
    expect(new Set(expected.flatMap(({ reason }) => reason ?? []))).toEqual(new Set(codes))
  })

  it('reach every reason for a recall', () => {
    expect(new Set(expected.flatMap(({ recallReason }) => recallReason ?? []))).toEqual(new Set(recallReasons))
  })

  it('reach every remark', () => {
    expect(new Set(expected.flatMap(({ remarks }) => remarks ?? []))).toEqual(new Set(codesOf(list.remarks)))
  })

  it('reach every condition for billing', () => {
    const reached = expected.flatMap(({ conditions }) => codesOf((conditions ?? []) as Coded[]))
    expect(new Set(reached)).toEqual(new Set(codesOf(list.conditions)))
  })

  it('give every visit-object code where it fits', () => {
    const given = expected.flatMap(({ route }) => (route as GivenRoute | undefined) ?? [])
    const fitting = given.filter(({ fits }) => fits === 'yes').map(({ visitObjectCode }) => visitObjectCode)
    expect(new Set<string>(fitting)).toEqual(new Set(codesOf(visitObjects.codes)))
  })
})

interface Coded {
  readonly code: string
}

function codesOf(rows: readonly Coded[]): readonly string[] {
  return rows.map(({ code }) => code)
}
