import type { APIGatewayProxyEvent } from 'aws-lambda'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { Problem } from '../../shared/problem.ts'
import type { Asker, TooManyChecks } from '../allowance/allowance.ts'
import { officerHash } from '../officer-hash.ts'

/** The client that calls, as its access token says. */
export interface DeskCaller {
  readonly facility: FacilityCode
  readonly client: string
}

/** The facility is the token's, and a path that names another one is refused. @throws Problem */
export function deskCaller({ pathParameters, requestContext }: APIGatewayProxyEvent): DeskCaller {
  const { facility, client } = requestContext.authorizer ?? {}
  if (typeof facility !== 'string' || facility !== pathParameters?.facilityCode) throw new Problem('other-facility')
  return { facility: facility as FacilityCode, client: String(client) }
}

export function askerOf({ facility, client }: DeskCaller, officer: string | undefined, hashKey: Uint8Array): Asker {
  return { facility, account: client, ...(officer && { officerHash: officerHash(hashKey, officer) }) }
}

export function tooManyChecks({ retryAfterSeconds }: TooManyChecks): Problem {
  return new Problem('too-many-checks', { headers: { 'retry-after': String(retryAfterSeconds) } })
}
