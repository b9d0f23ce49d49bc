import { validateHeaderName, validateHeaderValue } from 'node:http'
import type { APIGatewayProxyEvent } from 'aws-lambda'
import { z } from 'zod'
import { invokeLambda, type Json, type LambdaHandler, timedOut } from '../stack/lambda.ts'

export interface Reply {
  readonly status: number
  readonly headers: readonly (readonly [name: string, value: string])[]
  readonly body: Buffer | string
}

/** JSON of an event, or of the answer, of a function that is waited for (Lambda quotas). */
const mostEventBytes = 6_291_456
/** Longest that a REST API waits, unless AWS has raised it (API Gateway quotas). */
export const integrationTimeoutMs = 29_000

const scalar = z.union([z.string(), z.number(), z.boolean()])
const functionAnswer = z.object({
  statusCode: z.coerce.number().int().min(100).max(599),
  headers: z.record(z.string(), scalar).nullish(),
  multiValueHeaders: z.record(z.string(), z.array(scalar)).nullish(),
  body: z.string().nullish(),
  isBase64Encoded: z.boolean().nullish(),
})
type FunctionAnswer = z.infer<typeof functionAnswer>

export function gatewayReply(status: number, body: Json): Reply {
  return { status, headers: [['Content-Type', 'application/json']], body: JSON.stringify(body) }
}

export async function functionReply(
  handler: LambdaHandler,
  event: APIGatewayProxyEvent,
  onFault: (error: unknown) => void,
): Promise<Reply> {
  if (jsonBytes(event) > mostEventBytes) return gatewayReply(413, { message: 'Request Too Long' })
  try {
    const answer = await invokeLambda(handler, `${event.httpMethod} ${event.resource}`, event, integrationTimeoutMs)
    if (jsonBytes(answer) > mostEventBytes) throw new Error(`The answer has more than ${mostEventBytes} bytes`)
    return answerReply(functionAnswer.parse(answer))
  } catch (error) {
    onFault(error)
    return error instanceof Error && error.name === timedOut
      ? gatewayReply(504, { message: 'Endpoint request timed out' })
      : gatewayReply(502, { message: 'Internal server error' })
  }
}

function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value))
}

function answerReply({ statusCode, body, isBase64Encoded, ...answer }: FunctionAnswer): Reply {
  const headers = answerHeaders(answer)
  for (const [name, value] of headers) {
    validateHeaderName(name)
    validateHeaderValue(name, value)
  }
  return { status: statusCode, headers, body: Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8') }
}

/** Headers of one value and of several are merged; a pair that stands in both counts once. */
function answerHeaders({ headers, multiValueHeaders }: Pick<FunctionAnswer, 'headers' | 'multiValueHeaders'>) {
  const several = Object.entries(multiValueHeaders ?? {}).flatMap(([name, values]) =>
    values.map(value => [name, String(value)] as const),
  )
  const single = Object.entries(headers ?? {}).map(([name, value]) => [name, String(value)] as const)
  const pairs = [...several, ...single.filter(pair => !several.some(other => sameHeader(pair, other)))]
  const hasType = pairs.some(([name]) => name.toLowerCase() === 'content-type')
  return hasType ? pairs : [['Content-Type', 'application/json'] as const, ...pairs]
}

function sameHeader(one: readonly [string, string], other: readonly [string, string]): boolean {
  return one[0].toLowerCase() === other[0].toLowerCase() && one[1] === other[1]
}
