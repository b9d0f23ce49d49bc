import { marker, personal } from './seeded.ts'

/** The first name that is not known, or whose value is not of its form. */
export function shapeOf(given: object | undefined, known: Readonly<Record<string, RegExp>>): string | undefined {
  return Object.entries(given ?? {}).find(([name, value]) => !known[name]?.test(String(value)))?.[0]
}

const trace = /node:internal|\.[jt]s:\d+:\d+|\n\s+at /

/** Texts that were looked through: there are few of them. */
const clean = new Set<string>()

/** What no text may hold: our insides, an echo, and in a refusal whatever is known of anybody. */
export function brokenText(text: string, refusal: boolean): string | undefined {
  if (text.includes(marker)) return 'echoes what came'
  if (trace.test(text)) return 'a stack trace'
  if (!refusal || clean.has(text)) return undefined
  if (personal.test(text)) return `personal data: ${text}`
  clean.add(text)
  return undefined
}
