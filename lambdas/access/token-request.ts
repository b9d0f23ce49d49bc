import type { APIGatewayProxyEvent } from 'aws-lambda'
import { header } from '../shared/json-request.ts'

export interface TokenRequest {
  readonly assertion: string
}

/** Status of each error, in the words of RFC 6749, section 5.2. */
export const tokenErrors = { invalid_request: 400, unsupported_grant_type: 400, invalid_client: 401 } as const

/** Why there is no token. */
export interface TokenRefusal {
  readonly error: keyof typeof tokenErrors
  readonly description: string
}

/** A request holds an assertion and a few short fields. */
const mostBodyBytes = 8192

const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/** The form of a token request by client credentials with `private_key_jwt`. */
export function readTokenRequest(event: APIGatewayProxyEvent): TokenRequest | TokenRefusal {
  const type = header(event, 'content-type') ?? ''
  if (!/^application\/x-www-form-urlencoded\s*(;|$)/i.test(type))
    return invalid('the body must be application/x-www-form-urlencoded')
  const body = Buffer.from(event.body ?? '', event.isBase64Encoded ? 'base64' : 'utf8')
  if (body.length > mostBodyBytes) return invalid(`the body has more than ${mostBodyBytes} bytes`)
  const form = new URLSearchParams(body.toString())
  const repeated = [...form.keys()].find(name => form.getAll(name).length > 1 && known.includes(name))
  if (repeated) return invalid(`${repeated}: given more than once`)
  const grant = form.get('grant_type')
  if (!grant) return invalid('grant_type: missing; it must be client_credentials')
  if (grant !== 'client_credentials')
    return { error: 'unsupported_grant_type', description: 'grant_type: must be client_credentials' }
  if (form.get('client_assertion_type') !== assertionType)
    return invalid(`client_assertion_type: must be ${assertionType}`)
  const assertion = form.get('client_assertion')
  return assertion ? { assertion } : invalid('client_assertion: missing; it must be a JWT that the client has signed')
}

const known = ['grant_type', 'client_assertion_type', 'client_assertion']

function invalid(description: string): TokenRefusal {
  return { error: 'invalid_request', description }
}
