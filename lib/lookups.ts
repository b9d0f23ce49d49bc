import { Duration, Size } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as CallLambda } from 'aws-cdk-lib/aws-events-targets'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { everythingSealed, sealingSettings as settings, tamperingFound } from '../lambdas/checkin/settings.ts'
import { duckdb } from './bundling.ts'
import type { DataStack } from './data-stack.ts'
import { exportLag } from './export-lag.ts'
import { largestScratchMb, longestSeconds, wholeCpuMb } from './function-sizes.ts'
import { LambdaFunction } from './lambda-function.ts'
import { RunbookAlarm } from './runbook-alarm.ts'

export interface LookupsProps {
  readonly data: DataStack
}

/** Seals who looked at whose card, hour by hour, and says so when an hour stays open or the table was tampered with. */
export class Lookups extends Construct {
  constructor(scope: Construct, id: string, { data }: LookupsProps) {
    super(scope, id)
    const seal = this.sealFunction(data)
    // A step at each call: an export takes some minutes, and says nothing when it is done
    const often = Schedule.rate(Duration.minutes(10))
    new Rule(this, 'Often', { schedule: often, targets: [new CallLambda(seal.function, { retryAttempts: 2 })] })
    const said = (name: string, words: string) =>
      new MetricFilter(this, `${name}Filter`, {
        logGroup: seal.log,
        filterPattern: FilterPattern.stringValue('$.message', '=', words),
        metricNamespace: 'bangiao',
        metricName: name,
      }).metric({ period: every, statistic: 'sum' })
    new RunbookAlarm(this, 'SealLate', {
      metric: said('EverythingSealed', everythingSealed),
      threshold: 1,
      periods: 3,
      tooLittle: true,
      says: 'For three hours nothing has said that every look at a card is sealed.',
      runbook: 'a-seal-is-late',
    })
    new RunbookAlarm(this, 'Tampering', {
      metric: said('TamperedSeals', tamperingFound),
      threshold: 1,
      says: 'Entries in the table of lookups were altered, deleted or forged.',
      runbook: 'lookups-were-tampered-with',
    })
  }

  private sealFunction({ lookups, ledger, sealing, seals, keys }: DataStack): LambdaFunction {
    const seal = new LambdaFunction(this, 'Seal', {
      entry: 'checkin/seal-lookups.lambda.ts',
      logKey: keys.logs,
      memorySize: wholeCpuMb,
      timeout: Duration.seconds(longestSeconds),
      scratch: Size.mebibytes(largestScratchMb),
      packages: duckdb,
    })
    seal.set(settings.lookupsTableArn, lookups.tableArn)
    lookups.letUse(seal, 'dynamodb:DescribeContinuousBackups')
    lookups.letExport(seal)
    seal.set(settings.ledgerTable, ledger.tableName)
    ledger.letUse(seal, 'dynamodb:PutItem', 'dynamodb:Query')
    seal.set(settings.workBucket, sealing.bucketName)
    seal.set(settings.workKey, keys.audit.keyArn)
    sealing.letRead(seal)
    sealing.letPut(seal)
    sealing.letReceiveExport(seal)
    seal.set(settings.sealsBucket, seals.bucketName)
    seals.letRead(seal)
    seals.letPut(seal)
    seal.set(settings.signingKey, keys.seals.keyArn)
    keys.seals.grant(seal, 'kms:GetPublicKey', 'kms:Sign')
    seal.set(settings.everySeconds, String(every.toSeconds()))
    seal.set(settings.longestSeconds, String(Duration.days(1).toSeconds()))
    seal.set(settings.exportLag, String(exportLag.toSeconds()))
    return seal
  }
}

const every = Duration.hours(1)
