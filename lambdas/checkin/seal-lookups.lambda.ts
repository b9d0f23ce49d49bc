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
import { sealingSettings } from './settings.ts'

const tableArn = setting(sealingSettings.lookupsTableArn)
const workBucket = setting(sealingSettings.workBucket)

export const handler = sealJob({
  seals: sealStore(dynamodb, setting(sealingSettings.ledgerTable)),
  tableExport: tableExport(dynamodb, tableArn, { bucket: workBucket, key: setting(sealingSettings.workKey) }),
  recovery: tableRecovery(dynamodb, tableArn),
  work: s3ObjectStore(s3, workBucket),
  published: s3ObjectStore(s3, setting(sealingSettings.sealsBucket)),
  signer: await kmsSigner(kms, setting(sealingSettings.signingKey)),
  engine: lambdaEngine,
  dir: scratchDir,
  clock: () => new Date(),
  schedule: {
    everySeconds: Number(setting(sealingSettings.everySeconds)),
    longestSeconds: Number(setting(sealingSettings.longestSeconds)),
    lagSeconds: Number(setting(sealingSettings.exportLag)),
  },
})
