import middy from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { log } from '../../shared/log.ts'
import { mac } from '../../shared/mac.ts'
import { gatewayFault } from '../settings.ts'
import { parseUsername } from './gateway-account.ts'
import type { GatewayAccounts } from './gateway-account-store.ts'
import { gatewayAnswer } from './gateway-answer.ts'
import { type TokenCode, tokenText } from './gateway-codes.ts'
import { type Parameters, readParameters } from './gateway-request.ts'
import { newSession, type SessionTokens } from './gateway-session.ts'
import { officerPrints } from './officers.ts'
import { isPassword, parsePasswordMd5 } from './secret.ts'

interface Needs {
  readonly accounts: GatewayAccounts
  readonly sessionKey: () => Promise<Uint8Array>
  readonly clock: () => Date
}

/** So many wrong passwords from one address end its tries for a while; other addresses of the same account go on. */
export const mostFailures = 10
export const failureWindowMinutes = 15

/** `POST /api/token/take`. Always HTTP 200; `maKetQua` says the rest. */
export function gatewayTokenApi(needs: Needs) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>()
    .onError(request => {
      log.error(gatewayFault, request.error)
      request.response = refusal('500')
    })
    .handler(async event => {
      const parameters = readParameters(event)
      if (typeof parameters === 'object') return refusal('402', `${parameters.field} ${parameters.fix}`)
      const taken = await takeSession(needs, parameters, event.requestContext.identity.sourceIp)
      return typeof taken === 'string' ? refusal(taken) : granted(taken)
    })
}

/** A session for whoever knows the account's password. `sourceIp` counts its wrong ones. */
export async function takeSession(
  { accounts, sessionKey, clock }: Needs,
  parameter: Parameters,
  sourceIp: string,
): Promise<SessionTokens | Exclude<TokenCode, '200' | '500'>> {
  const username = parseUsername(parameter('username'))?.username
  const password = parsePasswordMd5(parameter('password'))
  if (!username) return '402'
  if (!password) return '401'
  const now = clock()
  const key = await sessionKey()
  const source = mac(key, `source ${sourceIp}`)
  const [account, officers, { locked }, failures] = await Promise.all([
    accounts.find(username),
    accounts.officers(username),
    accounts.locks(),
    accounts.failures(username, source, now),
  ])
  if (!account) return '401'
  if (locked.has(username) || failures >= mostFailures) return '403'
  if (!(await isPassword(password, account.secret))) {
    await accounts.addFailure(username, source, now, new Date(now.getTime() + failureWindowMinutes * 60_000))
    return '401'
  }
  if (failures > 0) await accounts.forgetFailures(username, source, now)
  return newSession(key, { username, facility: account.facility, officers: officerPrints(officers) }, password, now)
}

/** In this order, which software that cuts the answer as text relies on. */
function granted({ accessToken, idToken, username, renewAt }: SessionTokens): APIGatewayProxyResult {
  const expires = renewAt.toISOString()
  const key = { access_token: accessToken, id_token: idToken, token_type: 'Bearer', username, expires_in: expires }
  return tokenAnswer({ maKetQua: '200', APIKey: key })
}

function refusal(code: TokenCode, why?: string): APIGatewayProxyResult {
  const text = why ? `${tokenText(code)}: ${why}` : tokenText(code)
  return tokenAnswer({ maKetQua: code, APIKey: null, ghiChu: `${text}.` })
}

interface TokenAnswer {
  readonly maKetQua: TokenCode
  readonly APIKey: object | null
  /** Why there is no token. */
  readonly ghiChu?: string
}

function tokenAnswer(answer: TokenAnswer): APIGatewayProxyResult {
  return gatewayAnswer(answer)
}
