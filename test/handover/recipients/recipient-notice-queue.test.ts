import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { SQSClient } from '@aws-sdk/client-sqs'
import { expect, it, onTestFinished } from 'vitest'
import { recipientNoticeQueue } from '../../../lambdas/handover/recipients/recipient-notice-queue.ts'
import { localClient } from '../../registry/registry-service.ts'

it.each([
  ['ReceiptHandleIsInvalid', 'The input receipt handle is invalid.'],
  ['InvalidParameterValue', 'Value x for parameter ReceiptHandle is invalid. Reason: The receipt handle has expired.'],
])('a notice whose handle is no longer good is left, as SQS says %s', async (code, message) => {
  const queue = await queueThatAnswers(code, message)

  expect(await queue.remove('moh', 'x')).toBe(undefined)
})

it.each([
  ['AWS.SimpleQueueService.NonExistentQueue', 'The specified queue does not exist.'],
  ['AccessDenied', 'Access to the resource is denied.'],
])('a notice that SQS does not remove for another reason is an error: %s', async (code, message) => {
  const queue = await queueThatAnswers(code, message)

  await expect(queue.remove('moh', 'x')).rejects.toThrow(message)
})

/** SQS keeps its codes from before it spoke JSON in a header (AWS query compatibility), and SDKs take an error's name from there. */
async function queueThatAnswers(code: string, message: string) {
  const server = createServer((request, response) => {
    request.resume()
    response
      .writeHead(400, { 'content-type': 'application/x-amz-json-1.0', 'x-amzn-query-error': `${code};Sender` })
      .end(JSON.stringify({ __type: `com.amazonaws.sqs#${code}`, message }))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const endpoint = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const sqs = new SQSClient({ ...localClient, endpoint, useQueueUrlAsEndpoint: false })
  onTestFinished(async () => {
    sqs.destroy()
    server.close()
    server.closeAllConnections()
    await once(server, 'close')
  })
  return recipientNoticeQueue(sqs, { moh: `${endpoint}/000000000000/notices` })
}
