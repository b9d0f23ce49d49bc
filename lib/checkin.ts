import { Duration, RemovalPolicy, Validations } from 'aws-cdk-lib'
import { AttributeType, Billing, TableV2 } from 'aws-cdk-lib/aws-dynamodb'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { countersExpiry } from '../lambdas/checkin/allowance/counters-table.ts'
import { gatewayFault, checkinSettings as settings } from '../lambdas/checkin/settings.ts'
import type { DataStack } from './data-stack.ts'
import { DeskMisses } from './desk-misses.ts'
import { wholeCpuMb } from './function-sizes.ts'
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
    const desk = { logKey: data.keys.logs, memorySize: wholeCpuMb, timeout }
    this.cardCheck = new LambdaFunction(this, 'CardCheck', { entry: 'checkin/card-check.lambda.ts', ...desk })
    this.gateway = new LambdaFunction(this, 'Gateway', { entry: 'checkin/gateway.lambda.ts', ...desk })
    this.gatewayToken = new LambdaFunction(this, 'GatewayToken', { entry: 'checkin/gateway-token.lambda.ts', ...desk })
    const counters = this.counters()
    for (const each of [this.cardCheck, this.gateway]) letCheck(each, data, counters)

    const { ledger } = data
    ledger.letUse(this.gateway, 'dynamodb:GetItem')
    ledger.letUse(this.gatewayToken, 'dynamodb:GetItem', 'dynamodb:PutItem', 'dynamodb:UpdateItem')
    deriveKeys(this.gatewayToken, data)
    for (const each of [this.gateway, this.gatewayToken]) {
      each.set(settings.ledgerTable, ledger.tableName)
      alarmOnFaults(each)
    }
    new DeskMisses(this, 'Misses', { logs: { native: this.cardCheck.log, gateway: this.gateway.log } })
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

function letCheck(desk: LambdaFunction, data: DataStack, counters: TableV2) {
  const { registry, lookups } = data
  desk.set(settings.registryTable, registry.tableName)
  registry.letUse(desk, 'dynamodb:GetItem')
  desk.set(settings.lookupsTable, lookups.tableName)
  lookups.letUse(desk, 'dynamodb:PutItem')
  desk.set(settings.countersTable, counters.tableName)
  counters.grant(desk, 'dynamodb:GetItem', 'dynamodb:UpdateItem')
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
