import { DeleteTableCommand, DynamoDBClient, type DynamoDBClientConfig } from '@aws-sdk/client-dynamodb'
import { CreateBucketCommand, S3Client } from '@aws-sdk/client-s3'
import { onTestFinished } from 'vitest'
import { registryTable } from '../../lambdas/registry/registry-table.ts'
import { s3ObjectStore } from '../../lambdas/shared/object-store.ts'
import { startDynamodb } from '../../local/dynamodb/dynamodb.ts'
import { startS3 } from '../../local/s3/s3.ts'
import type { ObjectCreated } from '../../local/s3/store.ts'
import { makeTable } from '../../local/stack/make-resources.ts'
import { folder } from '../local/service.ts'

export const localClient = {
  region: 'us-east-1',
  credentials: { accessKeyId: 'local', secretAccessKey: 'local' },
} as const

/** A landing bucket on an embedded S3, gone after the test; `created` is called for every object. */
export async function startedLanding(created: (object: ObjectCreated) => void = () => {}) {
  const { endpoint, close } = await startS3({ dir: await folder(), onObjectCreated: created })
  const s3 = new S3Client({ ...localClient, endpoint, forcePathStyle: true })
  await s3.send(new CreateBucketCommand({ Bucket: 'landing' }))
  onTestFinished(async () => {
    s3.destroy()
    await close()
  })
  return s3ObjectStore(s3, 'landing')
}

/** An embedded DynamoDB, gone after the test. */
export async function startedDynamodb(): Promise<string> {
  const s3 = new S3Client(localClient)
  const { endpoint, close } = await startDynamodb({ dir: await folder(), s3 })
  onTestFinished(close)
  return endpoint
}

/** A client and a registry table of its own, gone after the test. */
export async function registryAt(config: DynamoDBClientConfig) {
  const db = new DynamoDBClient(config)
  const table = `registry-${crypto.randomUUID()}`
  await makeTable(db, table, registryTable)
  onTestFinished(async () => {
    await db.send(new DeleteTableCommand({ TableName: table }))
    db.destroy()
  })
  return { db, table }
}
