/** Everything that Delta Sharing refuses, by the protocol's error codes. */
const refusals = {
  unauthenticated: [401, 'UNAUTHENTICATED', 'no token of this platform that still holds'],
  'no-such-resource': [404, 'RESOURCE_DOES_NOT_EXIST', 'no such share, schema or table'],
  'nothing-published': [404, 'RESOURCE_DOES_NOT_EXIST', 'nothing has been handed over yet'],
  'malformed-body': [400, 'MALFORMED_REQUEST', 'the body must be one JSON object'],
  'wrong-value': [400, 'INVALID_PARAMETER_VALUE', ''],
  unsupported: [400, 'UNSUPPORTED_OPERATION', ''],
  unavailable: [500, 'INTERNAL_ERROR', 'the system cannot answer now: ask again'],
} as const satisfies Record<string, readonly [status: number, errorCode: string, message: string]>
export type SharingRefusalCode = keyof typeof refusals

/** A refusal that the recipient is told of. Its message names the parameter at fault and what was expected, never what came. */
export class SharingRefusal extends Error {
  override readonly name = 'SharingRefusal'
  readonly code: SharingRefusalCode
  readonly status: number
  readonly errorCode: string

  constructor(code: SharingRefusalCode, message?: string) {
    const [status, errorCode, usual] = refusals[code]
    super(message ?? usual)
    this.code = code
    this.status = status
    this.errorCode = errorCode
  }
}

export function wrongValue(parameter: string, expected: string): SharingRefusal {
  return new SharingRefusal('wrong-value', `${parameter}: expected ${expected}`)
}
