import { lambdaEngine } from '../handover/engine/lambda-engine.ts'
import { scratchDir } from '../handover/engine/lambda-limits.ts'
import { tableExport, tableRecovery } from '../handover/export/export-client.ts'
import { kmsSigner } from '../handover/signer-client.ts'
import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { sealJob } from './lookups/seal-job.ts'
import { sealStore } from './lookups/seal-store.ts'
import { sealingSettings as settings } from './settings.ts'

const tableArn = setting(settings.lookupsTableArn)
const workBucket = setting(settings.workBucket)

export const handler = sealJob({
  seals: sealStore(dynamodb, setting(settings.ledgerTable)),
  tableExport: tableExport(dynamodb, tableArn, { bucket: workBucket, key: setting(settings.workKey) }),
  recovery: tableRecovery(dynamodb, tableArn),
  work: s3ObjectStore(s3, workBucket),
  published: s3ObjectStore(s3, setting(settings.sealsBucket)),
  signer: await kmsSigner(kms, setting(settings.signingKey)),
  engine: lambdaEngine,
  dir: scratchDir,
  clock: () => new Date(),
  schedule: {
    everySeconds: Number(setting(settings.everySeconds)),
    longestSeconds: Number(setting(settings.longestSeconds)),
    lagSeconds: Number(setting(settings.exportLag)),
  },
})
