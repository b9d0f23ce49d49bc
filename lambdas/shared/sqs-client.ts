import { SQSClient } from '@aws-sdk/client-sqs'
import { silence } from './silence.ts'

/** `AWS_ENDPOINT_URL_SQS` points it elsewhere, whatever host a queue's URL names. */
export const sqs = new SQSClient({ useQueueUrlAsEndpoint: false, requestHandler: silence })
