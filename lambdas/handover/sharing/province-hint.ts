/** Whether a file of a province may hold rows that the reader wants. */
export type ProvinceHint = (province: string) => boolean

/** The column by which files are cut, which readers are told of as a partition. */
export const partitionColumn = 'province_code'

/**
 * From a reader's `jsonPredicateHints`: a file goes only when its province alone shows that no row of it can match. A hint that is
 * malformed, or says something else, keeps every file.
 */
export function provinceHint(hints: unknown): ProvinceHint {
  const predicate = parsed(hints)
  return province => {
    try {
      return truth(predicate, province) !== false
    } catch {
      return true
    }
  }
}

/** Three-valued: undefined where the province does not decide. */
function truth(node: unknown, province: string): boolean | undefined {
  if (typeof node !== 'object' || node === null) return undefined
  const { op, children = [] } = node as { readonly op?: unknown; readonly children?: readonly unknown[] }
  if (op === 'and') return all(children.map(child => truth(child, province)))
  if (op === 'or') return negated(all(children.map(child => negated(truth(child, province)))))
  if (op === 'not') return children.length === 1 ? negated(truth(children[0], province)) : undefined
  return compared(op, children, province)
}

function all(truths: readonly (boolean | undefined)[]): boolean | undefined {
  if (truths.includes(false)) return false
  return truths.length === 0 || truths.includes(undefined) ? undefined : true
}

function negated(truth: boolean | undefined): boolean | undefined {
  return truth === undefined ? undefined : !truth
}

/** Every row has a province, so nothing here is null. */
const comparisons: Readonly<Record<string, (one: string, other: string) => boolean>> = {
  equal: (one, other) => one === other,
  lessThan: (one, other) => one < other,
  lessThanOrEqual: (one, other) => one <= other,
  greaterThan: (one, other) => one > other,
  greaterThanOrEqual: (one, other) => one >= other,
}

function compared(op: unknown, children: readonly unknown[], province: string): boolean | undefined {
  const compare = typeof op === 'string' && Object.hasOwn(comparisons, op) ? comparisons[op] : undefined
  const [one, other, ...more] = children.map(child => operand(child, province))
  const named = children.some(child => (child as Operand | null)?.op === 'column')
  if (!compare || !named || one === undefined || other === undefined || more.length > 0) return undefined
  return compare(one, other)
}

interface Operand {
  readonly op?: unknown
  readonly name?: unknown
  readonly value?: unknown
  readonly valueType?: unknown
}

function operand(node: unknown, province: string): string | undefined {
  const { op, name, value, valueType } = (node ?? {}) as Operand
  if (valueType !== 'string') return undefined
  if (op === 'column') return name === partitionColumn ? province : undefined
  return op === 'literal' && typeof value === 'string' ? value : undefined
}

function parsed(hints: unknown): unknown {
  try {
    return typeof hints === 'string' ? JSON.parse(hints) : undefined
  } catch {
    return undefined
  }
}
