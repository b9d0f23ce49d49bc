import type { LookupAnswer } from '../lambdas/checkin/gateway/lookup-answer.ts'
import { passwordMd5 } from '../lambdas/checkin/gateway/secret.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'

export interface GatewayAccount {
  readonly facility: FacilityCode
  readonly username: string
  readonly password: string
}

/** As it stands on a card: `dd/MM/yyyy`. */
export interface PrintedFacts {
  readonly maThe: string
  readonly hoTen: string
  readonly ngaySinh: string
}

/** Takes a session and asks as hospital software does that has never heard of officers (the call of 2018). */
export async function askGateway(api: string, account: GatewayAccount, card: PrintedFacts): Promise<LookupAnswer> {
  const login = { username: account.username, password: passwordMd5(account.password) }
  const { APIKey } = await post<{ APIKey: { access_token: string; id_token: string } }>(`${api}/api/token/take`, login)
  const session = { token: APIKey.access_token, id_token: APIKey.id_token, ...login }
  return post<LookupAnswer>(`${api}/api/egw/KQNhanLichSuKCB2018?${new URLSearchParams(session)}`, { ...card })
}

async function post<Answer>(url: string, fields: Record<string, string>): Promise<Answer> {
  const response = await fetch(url, { method: 'POST', body: new URLSearchParams(fields) })
  return (await response.json()) as Answer
}
