import type { APIGatewayProxyEvent } from 'aws-lambda'
import { Problem } from './problem.ts'

/** The content of a request with a JSON body of at most so many bytes. @throws Problem */
export function jsonContent(event: APIGatewayProxyEvent, mostBytes: number): unknown {
  if (!isJsonInUtf8(header(event, 'content-type'))) throw new Problem('not-json-type')
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (body.length > mostBytes) throw new Problem('body-too-large')
  try {
    return JSON.parse(utf8.decode(body))
  } catch {
    throw new Problem('not-json')
  }
}

/** Header names come in whatever case the client wrote. */
export function header({ headers }: Pick<APIGatewayProxyEvent, 'headers'>, name: string): string | undefined {
  return Object.entries(headers ?? {}).find(([key]) => key.toLowerCase() === name)?.[1]
}

const utf8 = new TextDecoder('utf-8', { fatal: true })

function isJsonInUtf8(contentType = ''): boolean {
  return /^application\/json\s*(;\s*charset\s*=\s*"?utf-?8"?\s*)?$/i.test(contentType)
}
