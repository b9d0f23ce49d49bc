import { randomUUID } from 'node:crypto'
import type { Context } from 'aws-lambda'

export type Json = null | boolean | number | string | Json[] | { [name: string]: Json }

/** A method, so that a function may name the event it reads: a method's parameters are compared both ways. */
export type LambdaHandler = { handle(event: unknown, context: Context): Promise<unknown> }['handle']

export const timedOut = 'Sandbox.Timedout'

/** Event and answer are copied through JSON as Lambda does; an answer of nothing is null. */
export async function invokeLambda(
  handler: LambdaHandler,
  functionName: string,
  event: unknown,
  timeoutMs: number,
): Promise<Json> {
  const timeout = Promise.withResolvers<never>()
  const error = Object.assign(new Error(`Task timed out after ${timeoutMs / 1000} seconds`), { name: timedOut })
  const timer = setTimeout(timeout.reject, timeoutMs, error)
  try {
    const answer = handler(copyAsJson(event), lambdaContext(functionName, timeoutMs))
    return copyAsJson(await Promise.race([answer, timeout.promise]))
  } finally {
    clearTimeout(timer)
  }
}

export function copyAsJson(value: unknown): Json {
  return JSON.parse(JSON.stringify(value) ?? 'null')
}

function lambdaContext(functionName: string, timeoutMs: number): Context {
  const deadline = performance.now() + timeoutMs
  const requestId = randomUUID()
  return {
    awsRequestId: requestId,
    callbackWaitsForEmptyEventLoop: true,
    functionName,
    functionVersion: '$LATEST',
    invokedFunctionArn: `arn:aws:lambda:ap-southeast-1:000000000000:function:${functionName}`,
    logGroupName: `/aws/lambda/${functionName}`,
    logStreamName: `local/[$LATEST]${requestId}`,
    memoryLimitInMB: '1769',
    getRemainingTimeInMillis: () => Math.max(0, Math.round(deadline - performance.now())),
    done: refuseCallback,
    fail: refuseCallback,
    succeed: refuseCallback,
  }
}

function refuseCallback(): never {
  throw new Error('Node 24 on Lambda has no callbacks: return a promise')
}
