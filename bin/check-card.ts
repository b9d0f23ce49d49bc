import type { CardCheckAnswer } from '../lambdas/checkin/native/card-check-answer.ts'
import { readCardCheck } from '../lambdas/checkin/native/card-check-request.ts'
import type { Day } from '../lambdas/registry/day.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import type { FieldFault } from '../lambdas/shared/problem.ts'
import { enrolClient } from '../local/client-key.ts'
import { UsageError } from './command.ts'
import { tokensOf } from './tokens.ts'

/** As it was typed or scanned. */
export interface Presented {
  readonly number?: string
  readonly birthDate?: string
  readonly fullName?: string | undefined
  readonly qr?: string
  readonly serviceDate?: string | undefined
  readonly visitObjectCode?: string | undefined
}

/** By the API's own rules, before anything is begun. @throws UsageError that repeats nothing of what was presented. */
export function ensureWellFormed(presented: Presented, today: Day) {
  const read = readCardCheck(JSON.parse(JSON.stringify(presented)), today)
  if (Array.isArray(read)) throw malformed(read)
}

/** Asks the facility's question as its own software does, with a client that the stack enrols for it. */
export async function checkCard(
  api: string,
  stateDir: string,
  facility: FacilityCode,
  presented: Presented,
): Promise<CardCheckAnswer> {
  return (await cardChecks(api, stateDir, facility))(presented)
}

/** The same for many questions. */
export async function cardChecks(
  api: string,
  stateDir: string,
  facility: FacilityCode,
): Promise<(presented: Presented) => Promise<CardCheckAnswer>> {
  const tokens = tokensOf(api, await enrolClient(api, stateDir, { role: 'facility', facility }))
  const checks = `${api}/facilities/${facility}/card-checks`
  return async presented =>
    (await post(checks, presented, { authorization: `Bearer ${await tokens.get()}` })) as CardCheckAnswer
}

async function post(url: string, content: object, headers: Record<string, string>): Promise<unknown> {
  const request = { method: 'POST', headers: { 'content-type': 'application/json', ...headers } }
  const response = await fetch(url, { ...request, body: JSON.stringify(content) })
  const answer: unknown = await response.json()
  if (response.ok) return answer
  const { type, title, errors } = answer as { type?: string; title?: string; errors?: readonly FieldFault[] }
  if (errors) throw malformed(errors)
  throw Object.assign(new Error(title ?? `${url} answered ${response.status}`), { code: type?.split(':').at(-1) })
}

function malformed(errors: readonly FieldFault[]): UsageError {
  return new UsageError(errors.map(({ field, en, vi }) => `${options[field] ?? field}: ${en} · ${vi}`).join('\n'))
}

/** By the API's name of the field. */
const options: Readonly<Record<string, string>> = {
  number: '--number',
  birthDate: '--birth-date',
  fullName: '--name',
  qr: '--qr',
  serviceDate: '--date',
  visitObjectCode: '--visit-object-code',
}
