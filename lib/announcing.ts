import { Stack } from 'aws-cdk-lib'
import { handoverSettings as settings } from '../lambdas/handover/settings.ts'
import type { DataStack } from './data-stack.ts'
import type { LambdaFunction } from './lambda-function.ts'
import type { RecipientQueues } from './recipient-queues.ts'

export interface AnnouncingProps {
  readonly data: DataStack
  readonly recipients: readonly RecipientQueues[]
}

/** Lets a function tell recipients what was published, and see a publication through that broke off after its commit. */
export function letAnnounce(announcing: LambdaFunction, { data, recipients }: AnnouncingProps) {
  const { ledger, work, handover } = data
  ledger.letUse(announcing, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:Query')
  work.letRead(announcing)
  handover.letRead(announcing)
  handover.letFollowUp(announcing)
  for (const { notices } of recipients) notices.grant(announcing, 'sqs:SendMessage')
  const queues = recipients.map(({ recipient, notices }) => [recipient, notices.queueUrl])
  announcing.set(settings.noticeQueues, Stack.of(announcing).toJsonString(Object.fromEntries(queues)))
  announcing.set(settings.ledgerTable, ledger.tableName)
  announcing.set(settings.workBucket, work.bucketName)
  announcing.set(settings.handoverBucket, handover.bucketName)
}
