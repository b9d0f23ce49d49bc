import middy from '@middy/core'
import type { z } from 'zod'
import { log } from './log.ts'
import { isPassing, PassingFailure } from './passing.ts'

/**
 * A Lambda that the state machine calls: reads its input by `schema`, takes the step, logs how it went.
 * What the step answers must be small: it travels in the execution's state.
 * Throws a PassingFailure for what may be otherwise a moment later, and everything else as the step threw it.
 */
export function job<Schema extends z.ZodType, Answer>(
  name: string,
  schema: Schema,
  step: (input: z.output<Schema>) => Promise<Answer>,
) {
  return middy().handler(async (event: unknown): Promise<Answer> => {
    const input = schema.parse(event)
    const started = performance.now()
    const answer = await step(input).catch(failed)
    log.info(`${name} done`, { milliseconds: Math.round(performance.now() - started) })
    return answer
  })
}

function failed(error: Error): never {
  throw isPassing(error) ? new PassingFailure(`${error.name}: ${error.message}`, { cause: error }) : error
}
