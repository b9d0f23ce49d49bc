import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { dayInVietnam } from '../../registry/day.ts'
import type { FacilityCode } from '../../registry/facility-code.ts'
import { numberHash } from '../../registry/number-hash.ts'
import { jsonAnswer } from '../../shared/json-answer.ts'
import { jsonContent } from '../../shared/json-request.ts'
import { Problem, problemJson } from '../../shared/problem.ts'
import type { CardHolders } from '../card-holder-store.ts'
import type { Lookups } from '../lookups/lookup-store.ts'
import { type Verdict, verdict } from '../verdict/verdict.ts'
import { cardCheckAnswer } from './card-check-answer.ts'
import { type CardCheck, readCardCheck } from './card-check-request.ts'

interface Needs {
  readonly holders: CardHolders
  readonly lookups: Lookups
  readonly hashKey: () => Promise<Uint8Array>
  readonly clock: () => Date
  /** At random, 16 hexadecimal digits or more. */
  readonly newId: () => string
}

/** Kept of the function's time for saying that the database did not answer. */
const millisecondsToRefuse = 500

/** `POST /facilities/{facilityCode}/card-checks` */
export function cardCheckApi(needs: Needs) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>({ timeoutEarlyInMillis: millisecondsToRefuse })
    .use(problemJson())
    .handler(async event => {
      const facility = facilityOf(event)
      const check = readRequest(event, needs.clock())
      const answer = cardCheckAnswer(await checkCard(needs, facility, check), facility, check.serviceDate)
      return jsonAnswer(200, answer)
    })
}

/** No audit, no answer: the lookup is written beside the reads, and when that fails so does the check. */
export async function checkCard(
  { holders, lookups, hashKey, clock, newId }: Needs,
  facility: FacilityCode,
  check: CardCheck,
): Promise<Verdict> {
  const hash = numberHash(await hashKey(), check.number.number)
  const { officer, purpose, serviceDate } = check
  const lookup = { id: newId(), numberHash: hash, instant: clock(), facility, ...(officer && { officer }), purpose }
  const [holder] = await Promise.all([holders.find(hash), lookups.add(lookup)])
  return verdict(holder, facility, serviceDate, check)
}

/** A body has at most 400 characters of a name, and a few short fields. */
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
