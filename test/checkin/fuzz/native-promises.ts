import type { APIGatewayProxyResult } from 'aws-lambda'
import { cardCheckFields } from '../../../lambdas/checkin/native/card-check-request.ts'
import { problems } from '../../../lambdas/shared/problem.ts'
import type { Trouble } from './memory-desk.ts'
import { brokenText, shapeOf } from './promises.ts'

const fields = [...cardCheckFields, 'body', 'checks']
const headersOf = {
  answer: { 'content-type': /^application\/json$/, 'cache-control': /^no-store$/ },
  problem: {
    'content-type': /^application\/problem\+json$/,
    'cache-control': /^no-store$/,
    allow: /^POST$/,
    'retry-after': /^[0-9]{1,2}$/,
  },
}

/** What an answer of the native dialect does not keep of what holds for every request. */
export function brokenByNative(
  { statusCode, headers, body }: APIGatewayProxyResult,
  may: readonly number[],
  trouble: Trouble,
): string | undefined {
  const troubled = trouble && (trouble === 'spent' ? [429] : [503])
  if (![...may, ...(troubled ?? [])].includes(statusCode))
    return `${statusCode} is none of ${may}, ${troubled ?? 'undisturbed'}`
  const known = headersOf[statusCode === 200 ? 'answer' : 'problem']
  const strange = shapeOf(headers, known)
  if (strange) return `header ${strange}`
  const content = JSON.parse(body)
  if (statusCode === 200) return brokenByAnswer(content, trouble) ?? brokenText(body, false)
  return brokenByProblem(content, statusCode) ?? brokenText(body, true)
}

function brokenByProblem(content: Record<string, unknown>, statusCode: number): string | undefined {
  const { type, status, title, titleVi, errors, ...more } = content
  const known = Object.entries(problems).find(([code]) => type === `urn:bangiao:problem:${code}`)?.[1]
  if (!known || known.join() !== [status, title, titleVi].join() || status !== statusCode) return 'no problem of ours'
  if (Object.keys(more).length) return `problem with ${Object.keys(more)}`
  return errors === undefined ? undefined : brokenByErrors(errors)
}

function brokenByErrors(errors: unknown): string | undefined {
  const whole = (error: { field?: unknown; en?: unknown; vi?: unknown }) =>
    Object.keys(error).join() === 'field,en,vi' && fields.includes(String(error.field)) && error.en && error.vi
  return Array.isArray(errors) && errors.length > 0 && errors.every(whole) ? undefined : 'errors name no field of ours'
}

function brokenByAnswer(content: Record<string, unknown>, trouble: Trouble): string | undefined {
  if (!Array.isArray(content.answers)) return brokenByVerdict(content)
  return content.answers.map(item => brokenByItem(item, trouble)).find(broken => broken !== undefined)
}

function brokenByItem({ status, ...answer }: Record<string, unknown>, trouble: Trouble): string | undefined {
  if (status === 'answered') return brokenByVerdict(answer)
  if (status === 'refused') return brokenByErrors(answer.errors)
  return trouble ? undefined : `${status} undisturbed`
}

const valid =
  'facility serviceDate valid level ratePercent registeredHere manager card superseded next route routes routesDetermined conditions remarks message basis'
const notValid = 'facility serviceDate valid reason firstDay lastDay recalledOn recallReason message basis'
const notMatched = 'facility,serviceDate,valid,reason,message,basis'

function brokenByVerdict(content: Record<string, unknown>): string | undefined {
  const names = Object.keys(content)
  const known = (content.valid === true ? valid : notValid).split(' ')
  const strange = names.find(name => !known.includes(name))
  if (strange) return `an answer with ${strange}`
  return content.reason === 'not-matched' && names.join() !== notMatched
    ? 'tells of somebody not identified'
    : undefined
}
