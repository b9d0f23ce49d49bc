import { openData } from '../data-file.ts'
import { objectAnswer, readParameters } from '../object-answer.ts'
import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'

export const getObject: Operation = {
  method: 'GET',
  on: 'object',
  takes: readParameters,
  answer(request, store) {
    const { version, span, ...answer } = objectAnswer(request, store)
    if (!span) return answer
    return { ...answer, body: openData(findBucket(store, request.bucket), version.file, span) }
  },
}
