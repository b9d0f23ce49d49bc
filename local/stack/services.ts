import { mkdir } from 'node:fs/promises'
import { join } from 'node:path'
import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { KMSClient } from '@aws-sdk/client-kms'
import { S3Client } from '@aws-sdk/client-s3'
import { SQSClient } from '@aws-sdk/client-sqs'
import { startDynamodb } from '../dynamodb/dynamodb.ts'
import { startKms } from '../kms/kms.ts'
import { startS3 } from '../s3/s3.ts'
import type { ObjectCreated } from '../s3/store.ts'
import { startSqs } from '../sqs.ts'
import { startSts } from '../sts.ts'
import { keys } from './resources.ts'

/** Where each service answers: the standard variables that point every AWS SDK elsewhere. */
export type Endpoints = Readonly<Record<(typeof endpointVariables)[number], string>>

export const endpointVariables = [
  'AWS_ENDPOINT_URL_S3',
  'AWS_ENDPOINT_URL_DYNAMODB',
  'AWS_ENDPOINT_URL_SQS',
  'AWS_ENDPOINT_URL_KMS',
  'AWS_ENDPOINT_URL_STS',
] as const

export interface Clients {
  readonly s3: S3Client
  readonly db: DynamoDBClient
  readonly sqs: SQSClient
  readonly kms: KMSClient
}

/** The region and the credentials that the embedded services take from everybody on this machine. */
export const localIdentity = {
  AWS_REGION: 'ap-southeast-1',
  AWS_ACCESS_KEY_ID: 'local',
  AWS_SECRET_ACCESS_KEY: 'local',
} as const

const access = {
  region: localIdentity.AWS_REGION,
  credentials: { accessKeyId: localIdentity.AWS_ACCESS_KEY_ID, secretAccessKey: localIdentity.AWS_SECRET_ACCESS_KEY },
} as const

export function clientsAt(endpoints: Endpoints): Clients {
  return {
    s3: s3At(endpoints.AWS_ENDPOINT_URL_S3),
    db: new DynamoDBClient({ ...access, endpoint: endpoints.AWS_ENDPOINT_URL_DYNAMODB }),
    sqs: new SQSClient({ ...access, endpoint: endpoints.AWS_ENDPOINT_URL_SQS, useQueueUrlAsEndpoint: false }),
    kms: new KMSClient({ ...access, endpoint: endpoints.AWS_ENDPOINT_URL_KMS }),
  }
}

export function s3At(endpoint: string): S3Client {
  return new S3Client({ ...access, endpoint, forcePathStyle: true })
}

export interface Services {
  readonly endpoints: Endpoints
  close(): Promise<void>
}

/** S3, DynamoDB, SQS, KMS and STS in this process, their state below `dir`. */
export async function startServices(dir: string, onObjectCreated: (created: ObjectCreated) => void): Promise<Services> {
  await mkdir(dir, { recursive: true })
  const s3 = await startS3({ dir: join(dir, 's3'), onObjectCreated })
  const exporter = s3At(s3.endpoint)
  const dynamodb = await startDynamodb({ dir: join(dir, 'dynamodb'), s3: exporter })
  const sqs = await startSqs({ dir: join(dir, 'sqs') })
  const kms = await startKms({
    dir: join(dir, 'kms'),
    keys: {
      [keys.signing]: 'ECC_NIST_P256',
      [keys.seals]: 'ECC_NIST_P256',
      [keys.token]: 'ECC_NIST_P256',
      [keys.numberHash]: 'HMAC_256',
      [keys.pack]: 'HMAC_256',
      [keys.acknowledgement]: 'HMAC_256',
    },
  })
  const sts = await startSts()
  return {
    endpoints: {
      AWS_ENDPOINT_URL_S3: s3.endpoint,
      AWS_ENDPOINT_URL_DYNAMODB: dynamodb.endpoint,
      AWS_ENDPOINT_URL_SQS: sqs.endpoint,
      AWS_ENDPOINT_URL_KMS: kms.endpoint,
      AWS_ENDPOINT_URL_STS: sts.endpoint,
    },
    async close() {
      await dynamodb.close()
      exporter.destroy()
      await Promise.all([s3.close(), sqs.close(), kms.close(), sts.close()])
    },
  }
}
