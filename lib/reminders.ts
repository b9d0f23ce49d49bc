import { Duration } from 'aws-cdk-lib'
import { Rule, Schedule } from 'aws-cdk-lib/aws-events'
import { LambdaFunction as CallLambda } from 'aws-cdk-lib/aws-events-targets'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { lateReceipt } from '../lambdas/handover/settings.ts'
import { type AnnouncingProps, letAnnounce } from './announcing.ts'
import { LambdaFunction } from './lambda-function.ts'
import { RunbookAlarm } from './runbook-alarm.ts'

/** Every morning reminds recipients whose receipts are late, and tells the operators, of its own failure too. */
export class Reminders extends Construct {
  constructor(scope: Construct, id: string, { data, recipients }: AnnouncingProps) {
    super(scope, id)
    const remind = new LambdaFunction(this, 'Remind', {
      entry: 'handover/remind.lambda.ts',
      logKey: data.keys.logs,
      timeout: Duration.minutes(15),
    })
    letAnnounce(remind, { data, recipients })
    // Eight o'clock in Vietnam
    const morning = Schedule.cron({ hour: '1', minute: '0' })
    new Rule(this, 'Daily', { schedule: morning, targets: [new CallLambda(remind.function, { retryAttempts: 2 })] })
    new RunbookAlarm(this, 'Failed', {
      metric: remind.function.metricErrors(),
      threshold: 1,
      says: 'The daily reminder failed, and a recipient may not have been told.',
      runbook: 'a-reminder-failed',
    })
    const late = new MetricFilter(this, 'Late', {
      logGroup: remind.log,
      filterPattern: FilterPattern.stringValue('$.message', '=', lateReceipt),
      metricNamespace: 'bangiao',
      metricName: 'LateReceipts',
    })
    new RunbookAlarm(this, 'LateReceipts', {
      metric: late.metric({ period: Duration.days(1), statistic: 'sum' }),
      threshold: 1,
      says: 'A recipient has not answered a notice with a right receipt for three days.',
      runbook: 'no-receipt-comes',
    })
  }
}
