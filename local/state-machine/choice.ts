import { z } from 'zod'
import { path } from './expression.ts'

export interface ChoiceRule {
  readonly And?: readonly ChoiceRule[] | undefined
  readonly Or?: readonly ChoiceRule[] | undefined
  readonly Not?: ChoiceRule | undefined
  readonly Variable?: string | undefined
  readonly Next?: string | undefined
  readonly [test: string]: unknown
}

const comparisons = ['Equals', 'LessThan', 'LessThanEquals', 'GreaterThan', 'GreaterThanEquals']
const ordered = ['String', 'Numeric', 'Timestamp'].flatMap(kind => comparisons.map(comparison => kind + comparison))
const kinds = ['IsNull', 'IsPresent', 'IsNumeric', 'IsString', 'IsBoolean', 'IsTimestamp']

const tests: Readonly<Record<string, z.ZodType>> = {
  ...Object.fromEntries(ordered.map(test => [test, z.unknown().optional()])),
  ...Object.fromEntries(ordered.map(test => [`${test}Path`, path.optional()])),
  ...Object.fromEntries(kinds.map(test => [test, z.boolean().optional()])),
  BooleanEquals: z.boolean().optional(),
  BooleanEqualsPath: path.optional(),
  StringMatches: z
    .string()
    .regex(/^[^?\\]*$/, 'expected no ? and no \\, which the engine takes otherwise')
    .optional(),
}

const inner = z.lazy((): z.ZodType<ChoiceRule> => choiceRule)

export const choiceRule = z
  .strictObject({
    ...tests,
    And: z.array(inner).optional(),
    Or: z.array(inner).optional(),
    Not: inner.optional(),
    Variable: path.optional(),
    Next: z.string().optional(),
    Comment: z.string().optional(),
  })
  .refine(rule => testsOf(rule).length === 1, 'expected one test')

/** The engine leaves out what Is… false means, and that a value of another type compares with nothing. */
export function lowerRule(rule: ChoiceRule): ChoiceRule {
  if (rule.And) return { ...rule, And: rule.And.map(lowerRule) }
  if (rule.Or) return { ...rule, Or: rule.Or.map(lowerRule) }
  if (rule.Not) return { ...rule, Not: lowerRule(rule.Not) }
  const { Variable, Next } = rule
  const [test = ''] = testsOf(rule)
  if (rule[test] === false && kinds.includes(test)) return { Not: { Variable, [test]: true }, Next }
  const [kind] = /^(String|Numeric|Timestamp)/.exec(test) ?? []
  return kind === undefined ? rule : { And: [{ Variable, [`Is${kind}`]: true }, rule], Next }
}

function testsOf(rule: ChoiceRule): string[] {
  return Object.keys(rule).filter(field => !['Variable', 'Next', 'Comment'].includes(field))
}
