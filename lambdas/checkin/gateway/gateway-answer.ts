import type { APIGatewayProxyResult } from 'aws-lambda'
import { jsonAnswer } from '../../shared/json-answer.ts'

/** Always a success to HTTP, and open to pages of other sites: some hospital software runs in a browser, and no cookie lets anybody in. */
export function gatewayAnswer(content: object): APIGatewayProxyResult {
  const answer = jsonAnswer(200, content)
  return { ...answer, headers: { ...answer.headers, 'access-control-allow-origin': '*' } }
}
