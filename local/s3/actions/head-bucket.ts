import type { Operation } from '../request.ts'
import { findBucket } from '../store.ts'

export const headBucket: Operation = {
  method: 'HEAD',
  on: 'bucket',
  answer: ({ bucket }, store) => ({ headers: { 'x-amz-bucket-region': findBucket(store, bucket).settings.region } }),
}
