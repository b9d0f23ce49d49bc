import { Duration } from 'aws-cdk-lib'
import { Construct } from 'constructs'
import { checkinSettings as settings } from '../lambdas/checkin/settings.ts'
import type { DataStack } from './data-stack.ts'
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
    const logKey = keys.logs

    const cardCheck = new LambdaFunction(this, 'CardCheck', {
      entry: 'checkin/card-check.lambda.ts',
      logKey,
      memorySize: 1769,
      timeout,
    })
    cardCheck.set(settings.registryTable, registry.tableName)
    registry.letUse(cardCheck, 'dynamodb:GetItem')
    cardCheck.set(settings.lookupsTable, lookups.tableName)
    lookups.letUse(cardCheck, 'dynamodb:PutItem')
    cardCheck.set(settings.numberHashKey, keys.numberHash.keyArn)
    keys.numberHash.grant(cardCheck, 'kms:GenerateMac')
    this.cardCheck = cardCheck
  }
}

/** Somebody waits at the desk. */
const timeout = Duration.seconds(10)
