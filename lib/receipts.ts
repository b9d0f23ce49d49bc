import { Stack } from 'aws-cdk-lib'
import { SqsEventSource } from 'aws-cdk-lib/aws-lambda-event-sources'
import { Construct } from 'constructs'
import { handoverSettings as settings } from '../lambdas/handover/settings.ts'
import type { DataStack } from './data-stack.ts'
import { countDisputes } from './disputed-receipts.ts'
import { LambdaFunction } from './lambda-function.ts'
import { type RecipientQueues, receiptTimeout } from './recipient-queues.ts'
import { RunbookAlarm } from './runbook-alarm.ts'

export interface ReceiptsProps {
  readonly data: DataStack
  readonly recipients: readonly RecipientQueues[]
}

/** Settles what recipients answer: a receipt counts for the recipient whose queue it came by. The operators hear of those that disagree. */
export class Receipts extends Construct {
  constructor(scope: Construct, id: string, { data, recipients }: ReceiptsProps) {
    super(scope, id)
    const { ledger, keys } = data
    const settle = new LambdaFunction(this, 'Settle', {
      entry: 'handover/receipt.lambda.ts',
      logKey: keys.logs,
      timeout: receiptTimeout,
    })
    settle.set(settings.ledgerTable, ledger.tableName)
    ledger.letUse(settle, 'dynamodb:GetItem', 'dynamodb:PutItem')
    const queues = recipients.map(({ recipient, receipts }) => [receipts.queueArn, recipient])
    settle.set(settings.receiptQueues, Stack.of(this).toJsonString(Object.fromEntries(queues)))
    for (const { receipts } of recipients) {
      settle.function.addEventSource(new SqsEventSource(receipts, { reportBatchItemFailures: true }))
    }
    new RunbookAlarm(this, 'Disputed', {
      metric: countDisputes(settle),
      threshold: 1,
      says: 'A recipient has counted something else than what was sent.',
      runbook: 'a-receipt-disagrees',
    })
  }
}
