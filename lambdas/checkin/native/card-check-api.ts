import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { dayInVietnam } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { jsonAnswer } from '../../shared/json-answer.ts'
import { jsonContent } from '../../shared/json-request.ts'
import { Problem, problemJson } from '../../shared/problem.ts'
import type { CardCheck } from '../card-check.ts'
import { type CheckCardNeeds, checkCard } from '../check-card-steps.ts'
import { cardCheckAnswer } from './card-check-answer.ts'
import { readCardCheck } from './card-check-request.ts'

/** Kept of the function's time for saying that the database did not answer. */
const millisecondsToRefuse = 500

/** `POST /facilities/{facilityCode}/card-checks` */
export function cardCheckApi(needs: CheckCardNeeds) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>({ timeoutEarlyInMillis: millisecondsToRefuse })
    .use(problemJson())
    .handler(async event => {
      const facility = facilityOf(event)
      const check = readRequest(event, needs.clock())
      const answer = cardCheckAnswer(await checkCard(needs, facility, check), facility, check.serviceDate)
      return jsonAnswer(200, answer)
    })
}

/** A body has at most 400 characters of a name, the text of a QR code, and a few short fields. */
const mostBodyBytes = 4096

function readRequest(event: APIGatewayProxyEvent, now: Date): CardCheck {
  if (event.httpMethod !== 'POST') throw new Problem('method-not-allowed', { headers: { allow: 'POST' } })
  const check = readCardCheck(jsonContent(event, mostBodyBytes), dayInVietnam(now))
  if ('serviceDate' in check) return check
  throw new Problem('malformed-fields', { errors: check })
}

/** The facility is the token's; a path that names another one is refused. */
function facilityOf({ pathParameters, requestContext }: APIGatewayProxyEvent): FacilityCode {
  const facility: unknown = requestContext.authorizer?.facility
  if (typeof facility !== 'string' || facility !== pathParameters?.facilityCode) throw new Problem('other-facility')
  return facility as FacilityCode
}
