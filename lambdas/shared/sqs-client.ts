import { SQSClient } from '@aws-sdk/client-sqs'

/** `AWS_ENDPOINT_URL_SQS` points it elsewhere, whatever host a queue's URL names. */
export const sqs = new SQSClient({ useQueueUrlAsEndpoint: false })
