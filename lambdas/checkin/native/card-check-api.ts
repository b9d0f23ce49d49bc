import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { dayInVietnam } from '../../registry/day.ts'
import { jsonAnswer } from '../../shared/json-answer.ts'
import { jsonContent } from '../../shared/json-request.ts'
import { Problem } from '../../shared/problem.ts'
import type { CardCheck } from '../card-check.ts'
import { type CheckCardNeeds, checkCard } from '../check-card-steps.ts'
import { cardCheckAnswer } from './card-check-answer.ts'
import { mostCheckBytes, readCardCheck } from './card-check-request.ts'
import { askerOf, type DeskCaller, tooManyChecks } from './desk-caller.ts'

/** `POST /facilities/{facilityCode}/card-checks` */
export async function checkOneCard(
  needs: CheckCardNeeds,
  caller: DeskCaller,
  event: APIGatewayProxyEvent,
): Promise<APIGatewayProxyResult> {
  const check = readRequest(event, needs.clock())
  const asker = askerOf(caller, check.officer, await needs.hashKey())
  const verdict = await checkCard(needs, 'native', asker, check)
  if ('tooManyChecks' in verdict) throw tooManyChecks(verdict)
  return jsonAnswer(200, cardCheckAnswer(verdict, caller.facility, check.serviceDate))
}

function readRequest(event: APIGatewayProxyEvent, now: Date): CardCheck {
  const check = readCardCheck(jsonContent(event, mostCheckBytes), dayInVietnam(now))
  if ('serviceDate' in check) return check
  throw new Problem('malformed-fields', { errors: check })
}
