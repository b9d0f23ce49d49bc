import { objectAnswer, readParameters } from '../object-answer.ts'
import type { Operation } from '../request.ts'

export const headObject: Operation = {
  method: 'HEAD',
  on: 'object',
  takes: readParameters,
  answer(request, store) {
    const { status, headers } = objectAnswer(request, store)
    return { status, headers }
  },
}
