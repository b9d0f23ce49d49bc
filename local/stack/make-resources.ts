import {
  CreateTableCommand,
  type CreateTableCommandInput,
  DescribeTableCommand,
  type DynamoDBClient,
  ResourceInUseException,
  waitUntilTableExists,
} from '@aws-sdk/client-dynamodb'
import {
  BucketAlreadyOwnedByYou,
  CreateBucketCommand,
  PutBucketVersioningCommand,
  PutObjectLockConfigurationCommand,
  type S3Client,
} from '@aws-sdk/client-s3'
import { CreateQueueCommand, GetQueueAttributesCommand, type SQSClient } from '@aws-sdk/client-sqs'
import { buckets, deadLetterQueueName, maxReceiveCount } from './resources.ts'

/** Gives the table's ARN. What is there already stays. */
export async function makeTable(
  db: DynamoDBClient,
  TableName: string,
  table: Omit<CreateTableCommandInput, 'TableName'>,
): Promise<string> {
  await db.send(new CreateTableCommand({ TableName, ...table })).catch(ifMade(ResourceInUseException))
  await waitUntilTableExists({ client: db, maxWaitTime: 30, minDelay: 0.02, maxDelay: 1 }, { TableName })
  const { Table } = await db.send(new DescribeTableCommand({ TableName }))
  return Table?.TableArn as string
}

/** As the stack has it: five years. */
const sealDays = 5 * 365 + 2

const lockedBuckets: readonly string[] = [buckets.handover, buckets.seals]

/** Published objects are versioned and may be locked one by one, seals are locked as they are put; nothing else is. */
export async function makeBuckets(s3: S3Client) {
  for (const Bucket of Object.values(buckets)) {
    const locked = lockedBuckets.includes(Bucket)
    await s3
      .send(new CreateBucketCommand({ Bucket, ObjectLockEnabledForBucket: locked }))
      .catch(ifMade(BucketAlreadyOwnedByYou))
    if (locked)
      await s3.send(new PutBucketVersioningCommand({ Bucket, VersioningConfiguration: { Status: 'Enabled' } }))
  }
  const DefaultRetention = { Mode: 'COMPLIANCE', Days: sealDays } as const
  const ObjectLockConfiguration = { ObjectLockEnabled: 'Enabled', Rule: { DefaultRetention } } as const
  await s3.send(new PutObjectLockConfigurationCommand({ Bucket: buckets.seals, ObjectLockConfiguration }))
}

export interface Queue {
  readonly url: string
  readonly arn: string
}

/** A queue whose messages go to dead letters of their own after some tries. */
export async function makeQueue(sqs: SQSClient, name: string): Promise<Queue> {
  const dead = await makePlainQueue(sqs, deadLetterQueueName(name), {})
  return makePlainQueue(sqs, name, {
    RedrivePolicy: JSON.stringify({ deadLetterTargetArn: dead.arn, maxReceiveCount: String(maxReceiveCount) }),
  })
}

async function makePlainQueue(sqs: SQSClient, QueueName: string, Attributes: Record<string, string>): Promise<Queue> {
  const { QueueUrl } = await sqs.send(new CreateQueueCommand({ QueueName, Attributes }))
  const url = QueueUrl as string
  const { Attributes: given } = await sqs.send(
    new GetQueueAttributesCommand({ QueueUrl: url, AttributeNames: ['QueueArn'] }),
  )
  return { url, arn: given?.QueueArn as string }
}

function ifMade(known: new (...parameters: never[]) => Error) {
  return (error: unknown) => {
    if (!(error instanceof known)) throw error
  }
}
