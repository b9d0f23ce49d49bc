import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { Problem, problemJson } from '../../shared/problem.ts'
import type { CheckCardNeeds } from '../check-card-steps.ts'
import { checkAppointments } from './appointment-checks-api.ts'
import { checkOneCard } from './card-check-api.ts'
import { type DeskCaller, deskCaller } from './desk-caller.ts'

type Endpoint = (
  needs: CheckCardNeeds,
  caller: DeskCaller,
  event: APIGatewayProxyEvent,
) => Promise<APIGatewayProxyResult>

/** The native dialect, by path. */
const endpoints: ReadonlyMap<string, Endpoint> = new Map([
  ['/facilities/{facilityCode}/card-checks', checkOneCard],
  ['/facilities/{facilityCode}/appointment-checks', checkAppointments],
])

/** Kept of the function's time for saying that the database did not answer. */
const millisecondsToRefuse = 500

/** What a facility's own software posts, with an access token of its facility. */
export function deskApi(needs: CheckCardNeeds) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>({ timeoutEarlyInMillis: millisecondsToRefuse })
    .use(problemJson())
    .handler(async event => {
      const caller = deskCaller(event)
      if (event.httpMethod !== 'POST') throw new Problem('method-not-allowed', { headers: { allow: 'POST' } })
      const endpoint = endpoints.get(event.resource)
      if (!endpoint) throw new Problem('no-such-resource')
      return endpoint(needs, caller, event)
    })
}
