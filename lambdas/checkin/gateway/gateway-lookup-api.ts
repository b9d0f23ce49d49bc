import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { dayInVietnam } from '../../registry/day.ts'
import { parseNationalId } from '../../registry/national-id.ts'
import { log } from '../../shared/log.ts'
import { type CheckCardNeeds, checkCard } from '../check-card-steps.ts'
import { gatewayFault } from '../settings.ts'
import { gatewayAnswer } from './gateway-answer.ts'
import type { LookupCode } from './gateway-codes.ts'
import { readParameters } from './gateway-request.ts'
import type { Session } from './gateway-session.ts'
import { malformedAnswer, refusalAnswer, tooManyAnswer, verdictAnswer } from './lookup-answer.ts'
import { plainNote } from './lookup-note.ts'
import { type GatewayLookup, type LookupForm, readLookup } from './lookup-request.ts'
import { officerOf, officerRefusal } from './officers.ts'
import { presentedSession, type SessionNeeds } from './session-steps.ts'

type Needs = CheckCardNeeds & SessionNeeds

interface Call extends LookupForm {
  readonly answers: 'card' | 'history'
}

const older: Call = { answers: 'card', asksOfficer: false, compactDates: true }

/** By what stands behind `/api/egw/` in a path. */
export const lookupCalls: Readonly<Record<string, Call>> = {
  KQNhanLichSuKCB2024: { answers: 'card', asksOfficer: true, compactDates: true },
  KQNhanLichSuKCB2019: older,
  KQNhanLichSuKCB2018: older,
  NhanLichSuKCB2018: older,
  KQNhanLichSuKCB595: older,
  KQNhanLichSuKCBBS: older,
  Lskcb2025: { answers: 'history', asksOfficer: true, compactDates: false },
}

/** Kept of the function's time for saying that the database did not answer. */
const millisecondsToRefuse = 500

/** The portal's look at a card, and its history of visits, which is not ours. Always HTTP 200; `maKetQua` says the rest. */
export function gatewayLookupApi(needs: Needs) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>({ timeoutEarlyInMillis: millisecondsToRefuse })
    .onError(request => {
      log.error(gatewayFault, request.error)
      request.response = gatewayAnswer(refusalAnswer('500'))
    })
    .handler(async event => gatewayAnswer(await answerLookup(needs, event)))
}

/** Who asks comes first: nobody without a session learns what is wrong with a request. */
async function answerLookup(needs: Needs, event: APIGatewayProxyEvent): Promise<object> {
  const call = callOf(event)
  if (!call) return malformedAnswer({ field: 'URL', fix: `cần là một trong ${Object.keys(lookupCalls).join(', ')}` })
  const parameters = readParameters(event)
  if (typeof parameters === 'object') return malformedAnswer(parameters)
  const session = await presentedSession(needs, parameters)
  if (!session) return refusalAnswer('401')
  const lookup = readLookup(parameters, call)
  if (typeof lookup === 'string') return refusalAnswer(lookup)
  if ('field' in lookup) return malformedAnswer(lookup)
  const officer = await presentedOfficer(needs, session, lookup)
  if (typeof officer === 'string') return refusalAnswer(officer)
  if (call.answers === 'history') return noHistory
  const serviceDate = dayInVietnam(needs.clock())
  const { number, birthDate, fullName } = lookup
  const asker = { facility: session.facility, account: session.username, ...officer }
  const check = { number, birthDate, fullName, serviceDate, purpose: 'reception' } as const
  const verdict = await checkCard(needs, 'gateway', asker, check)
  return 'tooManyChecks' in verdict ? tooManyAnswer(verdict) : verdictAnswer(verdict)
}

/** The portal's server does not tell capitals from small letters in a path, and some software writes it in its own way. */
function callOf({ pathParameters }: APIGatewayProxyEvent): Call | undefined {
  const asked = pathParameters?.call?.toLowerCase()
  return Object.entries(lookupCalls).find(([name]) => name.toLowerCase() === asked)?.[1]
}

const noHistory = {
  maKetQua: '000' satisfies LookupCode,
  ghiChu: plainNote('Không có dữ liệu lịch sử khám chữa bệnh'),
  dsLichSuKCB2025: null,
}

async function presentedOfficer({ hashKey }: Needs, { officers }: Session, { officer }: GatewayLookup) {
  if (!officer) return {}
  const id = parseNationalId(officer.id)
  if (!id) return '054'
  const presented = officerOf(await hashKey(), id, officer.fullName)
  return officerRefusal(presented, officers) ?? { officerHash: presented.id }
}
