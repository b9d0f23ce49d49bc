import type { LambdaHandler } from './lambda.ts'

/** Lets so many invocations of a function run at once, as its reserved concurrency does; the others wait here instead of being throttled. */
export function reservedConcurrency(handler: LambdaHandler, most: number): LambdaHandler {
  const waiting: (() => void)[] = []
  let running = 0
  return async (event, context) => {
    if (running >= most) await new Promise<void>(resolve => waiting.push(resolve))
    running++
    try {
      return await handler(event, context)
    } finally {
      running--
      waiting.shift()?.()
    }
  }
}
