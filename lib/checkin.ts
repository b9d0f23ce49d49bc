import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { Construct } from 'constructs'
import { countersExpiry } from '../lambdas/checkin/allowance/counters-table.ts'
import { checkinSettings as settings } from '../lambdas/checkin/settings.ts'
import type { DataStack } from './data-stack.ts'
import { DeskMisses } from './desk-misses.ts'
import { LambdaFunction } from './lambda-function.ts'

export interface CheckinProps {
  readonly data: DataStack
}

/** The answer at the desk. */
export class Checkin extends Construct {
  readonly cardCheck: LambdaFunction

  constructor(scope: Construct, id: string, { data }: CheckinProps) {
    super(scope, id)
    const { registry, lookups, keys } = data
    const counters = this.counters()
    this.cardCheck = new LambdaFunction(this, 'CardCheck', {
      entry: 'checkin/card-check.lambda.ts',
      logKey: keys.logs,
      memorySize: 1769,
      timeout,
    })
    this.cardCheck.set(settings.registryTable, registry.tableName)
    registry.letUse(this.cardCheck, 'dynamodb:GetItem')
    this.cardCheck.set(settings.lookupsTable, lookups.tableName)
    lookups.letUse(this.cardCheck, 'dynamodb:PutItem')
    this.cardCheck.set(settings.countersTable, counters.tableName)
    counters.grant(this.cardCheck, 'dynamodb:UpdateItem')
    this.cardCheck.set(settings.numberHashKey, keys.numberHash.keyArn)
    keys.numberHash.grant(this.cardCheck, 'kms:GenerateMac')
    new DeskMisses(this, 'Misses', { logs: { native: this.cardCheck.log } })
  }

  /** It goes with the stack: what was spent in the last minute and tried in the last hour is all that it holds. */
  private counters(): TableV2 {
    const table = new TableV2(this, 'Counters', {
      partitionKey: { name: 'PK', type: AttributeType.STRING },
      billing: Billing.onDemand(),
      timeToLiveAttribute: countersExpiry,
      removalPolicy: RemovalPolicy.DESTROY,
    })
    Validations.of(table).acknowledge({
      id: 'AwsSolutions-DDB3',
      reason: 'Counters of a minute and an hour are not worth restoring',
    })
    return table
  }
}

/** Somebody waits at the desk. */
const timeout = Duration.seconds(10)
