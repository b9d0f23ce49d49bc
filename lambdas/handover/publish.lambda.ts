import { dynamodb } from '../shared/dynamodb-client.ts'
import { kms } from '../shared/kms-client.ts'
import { s3LockingStore, s3ObjectStore } from '../shared/object-store.ts'
import { s3 } from '../shared/s3-client.ts'
import { setting } from '../shared/setting.ts'
import { ledgerStore } from './ledger-store.ts'
import { publishJob } from './publish/publish-job.ts'
import { handoverSettings } from './settings.ts'
import { kmsSigner } from './signer-client.ts'

export const handler = publishJob({
  ledger: ledgerStore(dynamodb, setting(handoverSettings.ledgerTable)),
  work: s3ObjectStore(s3, setting(handoverSettings.workBucket)),
  published: s3LockingStore(s3, setting(handoverSettings.handoverBucket)),
  signer: await kmsSigner(kms, setting(handoverSettings.signingKey)),
  clock: () => new Date(),
})
