import type { APIGatewayProxyResult } from 'aws-lambda'

/** An answer that nobody between us and the caller may keep. */
export function jsonAnswer(statusCode: number, content: object): APIGatewayProxyResult {
  const headers = { 'content-type': 'application/json', 'cache-control': 'no-store' }
  return { statusCode, headers, body: JSON.stringify(content) }
}
