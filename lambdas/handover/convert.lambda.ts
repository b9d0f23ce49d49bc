import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { convertJob } from './convert/convert-job.ts'
import { lambdaEngine } from './engine/lambda-engine.ts'
import { chunkBytes, scratchDir } from './engine/lambda-limits.ts'
import { handoverSettings } from './settings.ts'

export const handler = convertJob({
  exports: s3ObjectStore(s3, setting(handoverSettings.exportsBucket)),
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  engine: lambdaEngine,
  dir: scratchDir,
  chunkBytes,
})
