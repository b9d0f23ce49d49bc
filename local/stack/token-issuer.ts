import { randomUUID } from 'node:crypto'
import type { KMSClient } from '@aws-sdk/client-kms'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { cardCheckScope, type TokenRules } from '../../lambdas/checkin/authorizer.ts'
import { kmsSigner } from '../../lambdas/handover/signer-client.ts'
import { type FacilityCode, isFacilityCode } from '../../lambdas/registry/facility-code.ts'

export interface TokenIssuer extends TokenRules {
  readonly kms: KMSClient
  readonly keyId: string
  readonly clock: () => Date
}

/** Of a token. */
const lifeSeconds = 3600

/** An access token (RFC 9068) for a facility, for whoever asks: on the embedded stack everybody is everybody. */
export async function issueToken({ kms, keyId, issuer, audience, clock }: TokenIssuer, facility: FacilityCode) {
  const { kid, sign } = await kmsSigner(kms, keyId)
  const iat = Math.floor(clock().getTime() / 1000)
  const client = `local-${facility}`
  const header = { alg: 'ES256', typ: 'at+jwt', kid }
  const claims = {
    iss: issuer,
    aud: audience,
    sub: client,
    client_id: client,
    facility,
    scope: cardCheckScope,
    jti: randomUUID(),
    iat,
    exp: iat + lifeSeconds,
  }
  const signed = `${base64url(header)}.${base64url(claims)}`
  return `${signed}.${Buffer.from(await sign(Buffer.from(signed))).toString('base64url')}`
}

/** `POST /local/token` with `{"facility": "01007"}`; answers as an OAuth 2 token endpoint does. */
export function localTokenApi(issuer: TokenIssuer) {
  return async ({ body }: APIGatewayProxyEvent): Promise<APIGatewayProxyResult> => {
    const facility = facilityOf(body)
    if (!facility)
      return answer(400, { error: 'invalid_request', error_description: 'facility: expected a facility code' })
    return answer(200, {
      access_token: await issueToken(issuer, facility),
      token_type: 'Bearer',
      expires_in: lifeSeconds,
    })
  }
}

function facilityOf(body: string | null): FacilityCode | undefined {
  try {
    const { facility } = JSON.parse(body ?? '') as { facility?: unknown }
    return isFacilityCode(facility) ? facility : undefined
  } catch {
    return undefined
  }
}

function answer(statusCode: number, content: object): APIGatewayProxyResult {
  return { statusCode, headers: { 'content-type': 'application/json' }, body: JSON.stringify(content) }
}

function base64url(content: object): string {
  return Buffer.from(JSON.stringify(content)).toString('base64url')
}
