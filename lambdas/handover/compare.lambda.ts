import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { compareJob } from './compact/compare-job.ts'
import { lambdaEngine } from './engine/lambda-engine.ts'
import { scratchDir } from './engine/lambda-limits.ts'
import { handoverSettings } from './settings.ts'

export const handler = compareJob({
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  published: s3ObjectStore(s3, setting(handoverSettings.handoverBucket)),
  engine: lambdaEngine,
  dir: scratchDir,
})
