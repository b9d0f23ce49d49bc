import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { matchJob } from './convert/match-job.ts'
import { lambdaEngine } from './engine/lambda-engine.ts'
import { scratchDir } from './engine/lambda-limits.ts'
import { handoverSettings } from './settings.ts'

export const handler = matchJob({
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  engine: lambdaEngine,
  dir: scratchDir,
})
