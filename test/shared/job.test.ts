import '../registry/quiet.ts'
import { DescribeTableCommand, DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { HeadObjectCommand, S3Client } from '@aws-sdk/client-s3'
import type { Context } from 'aws-lambda'
import { expect, it, onTestFinished } from 'vitest'
import { z } from 'zod'
import { HandoverFault } from '../../lambdas/handover/fault.ts'
import { job } from '../../lambdas/shared/job.ts'
import { startLine } from '../handover/recipients/line.ts'
import { localClient } from '../registry/registry-service.ts'

it.each([
  ['throttles', { status: 429 }],
  ['fails', { status: 500 }],
  ['is overloaded, and says no word about it', { status: 503 }],
  ['breaks off', { breaksAfter: 0 }],
] as const)('a step whose service %s fails in passing', async (_, meddled) => {
  const line = await startLine('http://127.0.0.1:9')
  line.meddle = () => meddled
  const client = { ...localClient, endpoint: line.endpoint, maxAttempts: 1 }
  const s3 = new S3Client({ ...client, forcePathStyle: true })
  const db = new DynamoDBClient(client)
  onTestFinished(() => {
    s3.destroy()
    db.destroy()
  })

  for (const ask of [
    () => s3.send(new HeadObjectCommand({ Bucket: 'work', Key: 'a' })),
    () => db.send(new DescribeTableCommand({ TableName: 'registry' })),
  ])
    await expect(taken(ask)).rejects.toMatchObject({
      name: 'PassingFailure',
      message: expect.stringMatching(/^\w+: ./),
    })
})

it.each([
  new HandoverFault('malformed-item', 'a data file', 'line 3'),
  Object.assign(new Error('no such bucket'), { name: 'NoSuchBucket', $metadata: { httpStatusCode: 404 } }),
  Object.assign(new Error('no such file'), { code: 'ENOENT' }),
])('a step fails by what it threw when that stays so: %s', async error => {
  await expect(taken(() => Promise.reject(error))).rejects.toBe(error)
})

function taken(step: () => Promise<unknown>): Promise<unknown> {
  return job('a step', z.unknown(), step)(undefined, {} as Context)
}
