import { Duration } from 'aws-cdk-lib'
import type { Metric } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { disputedReceipt } from '../lambdas/handover/settings.ts'
import type { LambdaFunction } from './lambda-function.ts'

/** Counts what a function that settles receipts says of those that disagree; all such functions count as one. */
export function countDisputes(settle: LambdaFunction): Metric {
  const disputed = new MetricFilter(settle, 'Disputed', {
    logGroup: settle.log,
    filterPattern: FilterPattern.stringValue('$.message', '=', disputedReceipt),
    metricNamespace: 'bangiao',
    metricName: 'DisputedReceipts',
  })
  return disputed.metric({ period: Duration.hours(1), statistic: 'sum' })
}
