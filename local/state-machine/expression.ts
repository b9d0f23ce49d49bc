import { z } from 'zod'

/** No length: the engine finds one in every list and text, AWS only where it is a field. */
const steps = String.raw`(\.(?!length\b)\w+|\[\d+\])*`
const inputPath = new RegExp(String.raw`^\$${steps}$`)
const contextPath = new RegExp(
  String.raw`^\$\$\.(Execution\.(Id|Name|StartTime|Input${steps})|StateMachine\.(Id|Name))$`,
)
const itemPath = new RegExp(String.raw`^\$\$\.Map\.Item\.(Index|Value${steps})$`)

/** Those that the engine evaluates as AWS does. The others lose backslashes, change their input or draw at random. */
const intrinsics = ['States.Array', 'States.ArrayGetItem', 'States.ArrayLength', 'States.Format', 'States.MathAdd']

const expected = `expected a fixed path ($.a.b[0], $$.Execution.Name) or one of ${intrinsics.join(', ')}`

/** A path to one value: the engine and AWS differ on wildcards, slices and filters. */
export const path = z.string().refine(isPath, 'expected a fixed path: $.a.b[0], $$.Execution.Name')
export const expression = z.string().refine(text => isExpression(text, isPath), expected)
export const template = templateOf(isPath)
export const itemTemplate = templateOf(text => isPath(text) || itemPath.test(text))

function isPath(text: string): boolean {
  return inputPath.test(text) || contextPath.test(text)
}

function isExpression(text: unknown, isPath: (text: string) => boolean): boolean {
  if (typeof text !== 'string') return false
  if (text.startsWith('$')) return isPath(text)
  const unquoted = text.replaceAll(/'[^']*'/g, "''")
  const calls = unquoted.match(/[\w.]+(?=\()/g) ?? []
  const paths = unquoted.match(/\$[^\s,)]*/g) ?? []
  return calls.length > 0 && calls.every(call => intrinsics.includes(call)) && paths.every(isPath)
}

function templateOf(isPath: (text: string) => boolean) {
  return z.unknown().superRefine((value, context) => {
    for (const [path, text] of expressions(value, []))
      if (!isExpression(text, isPath)) context.addIssue({ code: 'custom', path, message: expected, input: text })
  })
}

/** What stands under a key that ends in .$, and where. */
function* expressions(value: unknown, path: readonly string[]): Generator<[path: string[], text: unknown]> {
  if (typeof value !== 'object' || value === null) return
  for (const [key, inner] of Object.entries(value)) {
    if (key.endsWith('.$')) yield [[...path, key], inner]
    else yield* expressions(inner, [...path, key])
  }
}
