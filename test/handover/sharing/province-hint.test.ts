import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { provinceHint } from '../../../lambdas/handover/sharing/province-hint.ts'

const column = (name: string, valueType = 'string') => ({ op: 'column', name, valueType })
const literal = (value: string, valueType = 'string') => ({ op: 'literal', value, valueType })
const province = column('province_code')
const compare = (op: string, ...children: object[]) => ({ op, children })

describe('a hint about provinces', () => {
  it.each([
    [compare('equal', province, literal('79')), ['79']],
    [compare('equal', literal('79'), province), ['79']],
    [compare('not', compare('equal', province, literal('79'))), ['01', '80']],
    [compare('lessThan', province, literal('79')), ['01']],
    [compare('lessThan', literal('79'), province), ['80']],
    [
      compare('or', compare('equal', province, literal('01')), compare('greaterThan', province, literal('79'))),
      ['01', '80'],
    ],
    [compare('and', compare('equal', province, literal('79')), compare('isNull', column('died_on', 'date'))), ['79']],
  ])('%j keeps the files where it can hold', (predicate, kept) => {
    expect(['01', '79', '80'].filter(provinceHint(JSON.stringify(predicate)))).toEqual(kept)
  })

  it.each([
    [undefined],
    ['province_code = 79'],
    ['null'],
    ['[]'],
    [JSON.stringify(compare('equal', column('sex'), literal('1')))],
    [JSON.stringify(compare('equal', province, literal('79', 'int')))],
    [JSON.stringify(compare('equal', literal('01'), literal('79')))],
    [JSON.stringify(compare('equal', province))],
    [JSON.stringify(compare('constructor', province, literal('79')))],
    [JSON.stringify(compare('not', compare('equal', column('sex'), literal('1'))))],
    [
      JSON.stringify(
        compare('or', compare('equal', province, literal('79')), compare('equal', column('sex'), literal('1'))),
      ),
    ],
    [JSON.stringify({ op: 'and', children: 'all' })],
  ])('%j keeps every file', hint => {
    expect(['01', '79'].filter(provinceHint(hint))).toEqual(['01', '79'])
  })

  it('never loses a row that matches, whatever else is asked of it', () => {
    const codes = ['01', '79', '80']
    const ofProvince = fc
      .tuple(
        fc.constantFrom('equal', 'lessThan', 'lessThanOrEqual', 'greaterThan', 'greaterThanOrEqual'),
        fc.constantFrom(...codes),
      )
      .map(([op, code]) => compare(op, province, literal(code)))
    const ofOthers = fc.constantFrom('a', 'b').map(name => compare('equal', column(name), literal('x')))
    const { predicate } = fc.letrec<{ predicate: object }>(tie => ({
      predicate: fc.oneof(
        { maxDepth: 4 },
        ofProvince,
        ofOthers,
        fc.array(tie('predicate'), { minLength: 1, maxLength: 3 }).map(children => compare('and', ...children)),
        fc.array(tie('predicate'), { minLength: 1, maxLength: 3 }).map(children => compare('or', ...children)),
        tie('predicate').map(child => compare('not', child)),
      ),
    }))
    const row = fc.record({
      province_code: fc.constantFrom(...codes),
      a: fc.constantFrom('x', 'y'),
      b: fc.constantFrom('x', 'y'),
    })
    fc.assert(
      fc.property(predicate, row, (predicate, row) => {
        if (matches(predicate as Predicate, row))
          expect(provinceHint(JSON.stringify(predicate))(row.province_code)).toBe(true)
      }),
      { numRuns: 500 },
    )
  })
})

interface Predicate {
  readonly op: string
  readonly children: readonly [Predicate & { readonly name: string }, ...(Predicate & { readonly value: string })[]]
}

/** What a reader would make of one row. */
function matches({ op, children }: Predicate, row: Readonly<Record<string, string>>): boolean {
  if (op === 'and') return children.every(child => matches(child, row))
  if (op === 'or') return children.some(child => matches(child, row))
  if (op === 'not') return !matches(children[0], row)
  const [one, other] = [row[children[0].name] ?? '', children[1]?.value ?? '']
  const holds = { equal: one === other, lessThan: one < other, lessThanOrEqual: one <= other, greaterThan: one > other }
  return holds[op as keyof typeof holds] ?? one >= other
}
