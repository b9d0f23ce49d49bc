import { Duration, Stack } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { handoverSettings as settings } from '../lambdas/handover/settings.ts'
import type { DataStack } from './data-stack.ts'
import { countDisputes } from './disputed-receipts.ts'
import { LambdaFunction } from './lambda-function.ts'
import type { RecipientQueues } from './recipient-queues.ts'

export interface RecipientApiProps {
  readonly data: DataStack
  readonly recipients: readonly RecipientQueues[]
}

/** What a recipient without an account on AWS calls: its notices, links to its files, its newest handover, and its receipts. */
export class RecipientApi extends Construct {
  readonly notices: LambdaFunction
  readonly links: LambdaFunction
  readonly latest: LambdaFunction
  readonly receipts: LambdaFunction

  constructor(scope: Construct, id: string, { data, recipients }: RecipientApiProps) {
    super(scope, id)
    const { handover, ledger, keys } = data
    const lambda = (id: string, entry: string) =>
      new LambdaFunction(this, id, { entry: `handover/${entry}.lambda.ts`, logKey: keys.logs, timeout })

    this.notices = lambda('Notices', 'notices')
    this.receipts = lambda('Receipts', 'receipts')
    const queues = Object.fromEntries(recipients.map(({ recipient, notices }) => [recipient, notices.queueUrl]))
    for (const each of [this.notices, this.receipts]) {
      each.set(settings.noticeQueues, Stack.of(this).toJsonString(queues))
      each.set(settings.acknowledgementKey, keys.acknowledgement.keyArn)
      keys.acknowledgement.grant(each, 'kms:GenerateMac')
    }
    for (const { notices } of recipients) {
      notices.grant(this.notices, 'sqs:ReceiveMessage')
      notices.grant(this.receipts, 'sqs:DeleteMessage')
    }
    this.receipts.set(settings.ledgerTable, ledger.tableName)
    ledger.letUse(this.receipts, 'dynamodb:GetItem', 'dynamodb:PutItem')
    countDisputes(this.receipts)

    this.links = lambda('Links', 'links')
    this.latest = lambda('Latest', 'latest')
    for (const each of [this.links, this.latest]) {
      each.set(settings.handoverBucket, handover.bucketName)
      handover.letRead(each)
    }
  }
}

const timeout = Duration.seconds(10)
