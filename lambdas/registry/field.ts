import { z } from 'zod'
import { isDay } from './day.ts'
import { isMonth } from './month.ts'

/**
 * How a field is kept: `text`, `day` (`yyyy-mm-dd`), `month` (`yyyy-mm`) and `birth` (any of `yyyy`, `yyyy-mm`, `yyyy-mm-dd`) as a
 * DynamoDB string, `integer` as a number.
 */
export type FieldType = 'text' | 'day' | 'month' | 'birth' | 'integer'

/** What may be done with a value: shown anywhere, only beside its person, or only where it identifies somebody on purpose. */
export type Sensitivity = 'open' | 'personal' | 'identifying'

export interface FieldFacts {
  readonly type: FieldType
  /** The field's name in the official messages (QĐ 4750, CV 1923, TK1-TS), where it has one. */
  readonly official?: string
  readonly sensitivity: Sensitivity
  readonly en: string
  readonly vi: string
  /** The file in `reference/` that lists its codes. */
  readonly codes?: string
}

const facts = z.registry<FieldFacts>()

/** What a text may be, as data: what the feeds ask in TypeScript the converter asks in SQL. */
export type Form =
  | { readonly codes: readonly string[] }
  /** Without look-around, which DuckDB's RE2 lacks; `except` has the form and is none. */
  | { readonly pattern: RegExp; readonly except?: string }

const forms = z.registry<Form>()

/** A field of a record: what it accepts, and all that the converter, the feeds and the data dictionary must know of it. */
export function field<Schema extends z.ZodType>(accepts: Schema, about: FieldFacts): Schema {
  const own = accepts.clone()
  facts.add(own, about)
  return own
}

export interface Field extends FieldFacts {
  /** camelCase, as in the item; the feed's and the Parquet file's name is `columnName(name)`. */
  readonly name: string
  readonly required: boolean
  /** All that it may be, where its record says so; what a list in `reference/` says stands there. */
  readonly values?: readonly string[]
  /** Of a text that is not free; none where the place it stands in is judged as a whole. */
  readonly form?: Form
  /** The least and the greatest, of an integer. */
  readonly range?: readonly [least: number, greatest: number]
}

export function fieldsOf(record: z.ZodObject): readonly Field[] {
  return Object.entries(record.shape).map(([name, accepts]) => {
    const about = facts.get(accepts)
    if (!about) throw new Error(`field ${name} is not declared with field()`)
    const present = accepts instanceof z.ZodOptional ? accepts.unwrap() : accepts
    return { name, required: present === accepts, ...about, ...limitsOf(present) }
  })
}

function limitsOf(present: z.core.$ZodType): Pick<Field, 'values' | 'form' | 'range'> {
  if (present instanceof z.ZodNumber) return { range: [present.minValue as number, present.maxValue as number] }
  if (present instanceof z.ZodEnum) {
    const codes = present.options as readonly string[]
    return { values: codes, form: { codes } }
  }
  const form = forms.get(present) as Form | undefined
  return form ? { form } : {}
}

/** `wardCode` -> `ward_code`. */
export function columnName(fieldName: string): string {
  return fieldName.replace(/[A-Z]/g, letter => `_${letter.toLowerCase()}`)
}

/** A value that `is` accepts; `rule` says in words what that takes, `form` as data. */
export function accepted<Value>(is: (value: unknown) => value is Value, rule: string, form?: Form) {
  const accepts = z.custom<Value>(is, { error: rule })
  if (form) forms.add(accepts, form)
  return accepts
}

/** A text of this form; `rule` says it in words. */
export function formed(pattern: RegExp, rule: string) {
  const accepts = z.string({ error: rule }).regex(pattern, { error: rule })
  forms.add(accepts, { pattern })
  return accepts
}

/** A whole number from `least` to `most`; `rule` says it in words. */
export function whole(least: number, most: number, rule: string) {
  return z.int({ error: rule }).min(least).max(most)
}

export function oneOf<const Values extends readonly string[]>(values: Values) {
  return z.enum(values, { error: `one of ${values.join(', ')}` })
}

export const day = accepted(isDay, 'a date that exists, yyyy-mm-dd')
export const month = accepted(isMonth, 'a month, yyyy-mm')

export const maximumTextLength = 400

/** Text in NFC without control characters or outer spaces, 1 to 400 characters. */
export const text = z.custom<string>(isText, {
  error: 'text in NFC, 1 to 400 characters, no control characters or outer spaces',
})

function isText(value: unknown): value is string {
  return (
    typeof value === 'string' &&
    value.length > 0 &&
    value.length <= maximumTextLength &&
    value === value.trim() &&
    !/\p{Cc}/u.test(value) &&
    value === value.normalize('NFC')
  )
}
