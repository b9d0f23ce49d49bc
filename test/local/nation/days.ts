import { type Day, isDay } from '../../../lambdas/registry/day.ts'

export function day(text: string): Day {
  if (!isDay(text)) throw new Error(`a date, yyyy-mm-dd, not ${text}`)
  return text
}
