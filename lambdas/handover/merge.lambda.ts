import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { lambdaEngine } from './lambda-engine.ts'
import { scratchDir } from './lambda-limits.ts'
import { mergeJob } from './merge-job.ts'
import { handoverSettings } from './settings.ts'

export const handler = mergeJob({
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  engine: lambdaEngine,
  dir: scratchDir,
})
