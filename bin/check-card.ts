import type { CardCheckAnswer } from '../lambdas/checkin/card-check-answer.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import type { FieldFault } from '../lambdas/shared/problem.ts'
import { UsageError } from './command.ts'

export interface Presented {
  readonly number: string
  readonly birthDate: string
  readonly fullName: string | undefined
}

/** Asks the stack's own issuer for a token of the facility, and with it the facility's question. */
export async function checkCard(api: string, facility: FacilityCode, presented: Presented): Promise<CardCheckAnswer> {
  const { access_token } = (await post(`${api}/local/token`, { facility })) as { access_token: string }
  const checks = `${api}/facilities/${facility}/card-checks`
  return (await post(checks, presented, { authorization: `Bearer ${access_token}` })) as CardCheckAnswer
}

async function post(url: string, content: object, headers: Record<string, string> = {}): Promise<unknown> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
  const response = await fetch(url, { ...request, body: JSON.stringify(content) })
  const answer: unknown = await response.json()
  if (response.ok) return answer
  const { type, title, errors } = answer as { type?: string; title?: string; errors?: readonly FieldFault[] }
  if (errors)
    throw new UsageError(errors.map(({ field, en, vi }) => `${options[field] ?? field}: ${en} · ${vi}`).join('\n'))
  throw Object.assign(new Error(title ?? `${url} answered ${response.status}`), { code: type?.split(':').at(-1) })
}

/** By the API's name of the field. */
const options: Readonly<Record<string, string>> = { number: '--number', birthDate: '--birth-date', fullName: '--name' }
