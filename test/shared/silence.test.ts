import { expect, it } from 'vitest'
import { dynamodb } from '../../lambdas/shared/dynamodb-client.ts'
import { kms } from '../../lambdas/shared/kms-client.ts'
import { s3, s3As } from '../../lambdas/shared/s3-client.ts'
import { silence } from '../../lambdas/shared/silence.ts'
import { sqs } from '../../lambdas/shared/sqs-client.ts'

it('is put up with for as long by every client that a function has', async () => {
  const another = s3As({ accessKeyId: 'another', secretAccessKey: 'secret' })
  for (const { config } of [dynamodb, kms, s3, another, sqs]) {
    const handler = config.requestHandler as unknown as HttpHandler
    await handler.handle(nowhere).catch(() => {})
    expect(handler.httpHandlerConfigs()).toMatchObject(silence)
  }
})

/** The SDK's; it reads its settings at the first call. */
interface HttpHandler {
  handle(request: object): Promise<unknown>
  httpHandlerConfigs(): object
}

const nowhere = { protocol: 'http:', method: 'GET', hostname: '127.0.0.1', port: 1, path: '/', headers: {} }
