import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { dayInVietnam } from '../../registry/day.ts'
import { atOnce } from '../../shared/at-once.ts'
import { jsonAnswer } from '../../shared/json-answer.ts'
import { jsonContent } from '../../shared/json-request.ts'
import { log } from '../../shared/log.ts'
import { Problem } from '../../shared/problem.ts'
import { answerCheck, type CheckCardNeeds, takeChecks } from '../check-card-steps.ts'
import { type Appointment, mostAppointments, readAppointments } from './appointment-checks-request.ts'
import { cardCheckAnswer } from './card-check-answer.ts'
import { mostCheckBytes } from './card-check-request.ts'
import { askerOf, type DeskCaller, tooManyChecks } from './desk-caller.ts'

/** So many of a request's checks at once: each is two reads and a write. */
const checksAtOnce = 10

/** `POST /facilities/{facilityCode}/appointment-checks`: up to a hundred card checks, each answered by itself and in its place. */
export async function checkAppointments(
  needs: CheckCardNeeds,
  caller: DeskCaller,
  event: APIGatewayProxyEvent,
): Promise<APIGatewayProxyResult> {
  const appointments = readRequest(event, needs.clock())
  const hashKey = await needs.hashKey()
  const askers = appointments.map(asked => askerOf(caller, 'errors' in asked ? undefined : asked.officer, hashKey))
  const tooMany = await takeChecks(needs, 'native', caller.facility, askers)
  if (tooMany) throw tooManyChecks(tooMany)
  const answers = await atOnce(checksAtOnce, appointments, appointment => answer(needs, caller, appointment, hashKey))
  return jsonAnswer(200, { answers })
}

/** One that the system cannot answer does not spoil the others. */
async function answer(needs: CheckCardNeeds, caller: DeskCaller, appointment: Appointment, hashKey: Uint8Array) {
  if ('errors' in appointment) return { status: 'refused', errors: appointment.errors } as const
  try {
    const verdict = await answerCheck(needs, 'native', askerOf(caller, appointment.officer, hashKey), appointment)
    return { status: 'answered', ...cardCheckAnswer(verdict, caller.facility, appointment.serviceDate) } as const
  } catch (error) {
    log.error('a check among appointments failed', error, { facility: caller.facility })
    return { status: 'unavailable' } as const
  }
}

function readRequest(event: APIGatewayProxyEvent, now: Date): readonly Appointment[] {
  const appointments = readAppointments(jsonContent(event, mostAppointments * mostCheckBytes), dayInVietnam(now))
  if ('field' in appointments) throw new Problem('malformed-fields', { errors: [appointments] })
  return appointments
}
