import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { planJob } from './compact/plan-job.ts'
import { unitRows } from './engine/lambda-limits.ts'
import { handoverSettings } from './settings.ts'

export const handler = planJob({
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  published: s3ObjectStore(s3, setting(handoverSettings.handoverBucket)),
  unitRows,
})
