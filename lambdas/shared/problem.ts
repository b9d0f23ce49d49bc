import type { MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { log } from './log.ts'

/** Everything that an API refuses, and what it says of it beside the fields at fault. */
export const problems = {
  'not-json': [400, 'The body is not JSON in UTF-8', 'Nội dung gửi lên không phải JSON mã hóa UTF-8'],
  'malformed-fields': [400, 'Fields are missing or malformed', 'Có trường thiếu hoặc sai định dạng'],
  'other-facility': [403, 'The token is for another facility', 'Mã truy cập thuộc cơ sở khám chữa bệnh khác'],
  'other-recipient': [403, 'The token is for another recipient', 'Mã truy cập thuộc đơn vị nhận khác'],
  'nothing-published': [404, 'Nothing has been handed over yet', 'Chưa có gói bàn giao nào'],
  'no-such-handover': [404, 'No such handover was published to you', 'Không có gói bàn giao này dành cho đơn vị'],
  'no-such-resource': [404, 'There is no such resource', 'Không có địa chỉ này'],
  'method-not-allowed': [405, 'The resource does not have this method', 'Địa chỉ này không hỗ trợ phương thức đã gọi'],
  'body-too-large': [413, 'The body is too large', 'Nội dung gửi lên quá lớn'],
  'not-json-type': [415, 'The body must be application/json in UTF-8', 'Nội dung phải có kiểu application/json, UTF-8'],
  'too-many-checks': [
    429,
    'The facility has asked for more checks than it may in a minute: ask again later',
    'Cơ sở đã tra cứu quá số lượt cho phép trong một phút: vui lòng thử lại sau',
  ],
  unavailable: [
    503,
    'The system cannot answer now, and this decides nothing: ask again',
    'Hệ thống tạm thời chưa trả lời được, đây chưa phải là kết luận: vui lòng thử lại',
  ],
} as const satisfies Record<string, readonly [status: number, en: string, vi: string]>
export type ProblemCode = keyof typeof problems

/** What was expected of a field, in English and Vietnamese; never what came. */
export interface FieldFault {
  readonly field: string
  readonly en: string
  readonly vi: string
}

/** A refusal that the caller is told of; every other error is ours and becomes `unavailable`. */
export class Problem extends Error {
  override readonly name = 'Problem'
  readonly code: ProblemCode
  readonly about: ProblemAbout

  constructor(code: ProblemCode, about: ProblemAbout = {}) {
    super(code)
    this.code = code
    this.about = about
  }
}

interface ProblemAbout {
  readonly errors?: readonly FieldFault[]
  readonly headers?: Readonly<Record<string, string>>
}

/** Answers every error as problem JSON (RFC 9457). */
export function problemJson(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    onError(request) {
      request.response = problemAnswer(asProblem(request.error))
    },
  }
}

function asProblem(error: unknown): Problem {
  if (error instanceof Problem) return error
  log.error('request failed', error)
  return new Problem('unavailable', { headers: { 'retry-after': '2' } })
}

function problemAnswer({ code, about: { errors, headers } }: Problem): APIGatewayProxyResult {
  const [status, title, vi] = problems[code]
  return {
    statusCode: status,
    headers: { 'content-type': 'application/problem+json', 'cache-control': 'no-store', ...headers },
    body: JSON.stringify({ type: `urn:bangiao:problem:${code}`, status, title, titleVi: vi, errors }),
  }
}
