import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import type { Signer } from '../handover/signature.ts'
import { jsonAnswer } from '../shared/json-answer.ts'
import { problemJson } from '../shared/problem.ts'
import { signAccessToken, tokenLife } from './access-token.ts'
import { allegedClient, checkAssertion } from './client-assertion.ts'
import type { Clients } from './client-store.ts'
import { readTokenRequest, type TokenRefusal, tokenErrors } from './token-request.ts'

interface Needs {
  readonly clients: Clients
  readonly signer: () => Promise<Signer>
  /** The API's address: who sends an assertion there has signed it for there. */
  readonly api: string
  readonly clock: () => Date
  /** At random. */
  readonly newId: () => string
}

/** `POST /token`: OAuth 2 client credentials with `private_key_jwt` (RFC 6749, 7521 and 7523). */
export function tokenApi(needs: Needs) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .use(problemJson())
    .handler(async event => {
      const request = readTokenRequest(event)
      const token = 'error' in request ? request : await grantToken(needs, request.assertion)
      return typeof token === 'string'
        ? jsonAnswer(200, { access_token: token, token_type: 'Bearer', expires_in: tokenLife })
        : refusal(token)
    })
}

/** A token for whom the client acts, once its assertion holds and was used up. */
export async function grantToken(
  { clients, signer, api, clock, newId }: Needs,
  assertion: string,
): Promise<string | TokenRefusal> {
  const now = clock()
  const alleged = allegedClient(assertion)
  const client = alleged === undefined ? undefined : await clients.find(alleged)
  if (!client) return unknown('sub: not the id of a registered client')
  const checked = await checkAssertion(assertion, client, api, now)
  if ('fault' in checked) return unknown(checked.fault)
  if (!(await clients.use(client.id, checked, now))) return unknown('jti: was used before')
  return signAccessToken(await signer(), api, { ...client.party, client: client.id }, newId(), now)
}

function unknown(description: string): TokenRefusal {
  return { error: 'invalid_client', description }
}

function refusal({ error, description }: TokenRefusal): APIGatewayProxyResult {
  return jsonAnswer(tokenErrors[error], { error, error_description: description })
}
