import { Duration } from 'aws-cdk-lib'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { gatewayFault, checkinSettings as settings } from '../lambdas/checkin/settings.ts'
import type { DataStack } from './data-stack.ts'
import { LambdaFunction } from './lambda-function.ts'
import { RunbookAlarm } from './runbook-alarm.ts'

export interface CheckinProps {
  readonly data: DataStack
}

/** The answer at the desk, in the native dialect and in that of hospital software. */
export class Checkin extends Construct {
  readonly cardCheck: LambdaFunction
  readonly gateway: LambdaFunction
  readonly gatewayToken: LambdaFunction

  constructor(scope: Construct, id: string, { data }: CheckinProps) {
    super(scope, id)
    const desk = { logKey: data.keys.logs, memorySize: 1769, timeout }
    this.cardCheck = new LambdaFunction(this, 'CardCheck', { entry: 'checkin/card-check.lambda.ts', ...desk })
    this.gateway = new LambdaFunction(this, 'Gateway', { entry: 'checkin/gateway.lambda.ts', ...desk })
    this.gatewayToken = new LambdaFunction(this, 'GatewayToken', { entry: 'checkin/gateway-token.lambda.ts', ...desk })
    for (const each of [this.cardCheck, this.gateway]) letCheck(each, data)

    const { ledger } = data
    ledger.letUse(this.gateway, 'dynamodb:GetItem')
    ledger.letUse(this.gatewayToken, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
    deriveKeys(this.gatewayToken, data)
    for (const each of [this.gateway, this.gatewayToken]) {
      each.set(settings.ledgerTable, ledger.tableName)
      alarmOnFaults(each)
    }
  }
}

/** Somebody waits at the desk. */
const timeout = Duration.seconds(10)

function letCheck(desk: LambdaFunction, data: DataStack) {
  const { registry, lookups } = data
  desk.set(settings.registryTable, registry.tableName)
  registry.letUse(desk, 'dynamodb:GetItem')
  desk.set(settings.lookupsTable, lookups.tableName)
  lookups.letUse(desk, 'dynamodb:PutItem')
  deriveKeys(desk, data)
}

function deriveKeys(one: LambdaFunction, { keys }: DataStack) {
  one.set(settings.numberHashKey, keys.numberHash.keyArn)
  keys.numberHash.grant(one, 'kms:GenerateMac')
}

/** Each answer of the gateway is a success to HTTP, so its faults are counted in the log. */
function alarmOnFaults(one: LambdaFunction) {
  const faults = new MetricFilter(one, 'Faults', {
    logGroup: one.log,
    filterPattern: FilterPattern.stringValue('$.message', '=', gatewayFault),
    metricNamespace: 'bangiao',
    metricName: `${one.node.id}Faults`,
  })
  new RunbookAlarm(one, 'answers-500', {
    metric: faults.metric({ statistic: 'sum' }),
    threshold: 5,
    says: 'Hospital software is answered with maKetQua 500.',
    runbook: 'gateway-fails',
  })
}
