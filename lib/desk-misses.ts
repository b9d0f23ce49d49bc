import { Duration } from 'aws-cdk-lib'
import { MathExpression } from 'aws-cdk-lib/aws-cloudwatch'
import { FilterPattern, type ILogGroup, MetricFilter } from 'aws-cdk-lib/aws-logs'
import { Construct } from 'constructs'
import { checksForRatio, deskServiceLevel } from './desk-service-level.ts'
import { RunbookAlarm } from './runbook-alarm.ts'

export interface DeskMissesProps {
  /** Of the functions that check cards, by dialect. */
  readonly logs: Readonly<Record<string, ILogGroup>>
}

/** Counts the checks and the misses among them from the logs, and tells the operators when too many miss. */
export class DeskMisses extends Construct {
  constructor(scope: Construct, id: string, { logs }: DeskMissesProps) {
    super(scope, id)
    const count = (metricName: string, ...terms: readonly [field: string, value: string][]) => {
      const patterns = terms.map(([field, value]) => FilterPattern.stringValue(field, '=', value))
      const filters = Object.entries(logs).map(
        ([dialect, logGroup]) =>
          new MetricFilter(this, `${metricName}-${dialect}`, {
            logGroup,
            metricNamespace: 'bangiao/checkin',
            metricName,
            filterPattern: FilterPattern.all(...patterns),
          }),
      )
      return (filters[0] as MetricFilter).metric({ statistic: 'sum', period: Duration.minutes(15) })
    }
    const checked = ['$.message', 'card checked'] as [string, string]
    const checks = count('Checks', checked)
    const misses = count('Misses', checked, ['$.outcome', 'missed'])
    new RunbookAlarm(this, 'card-checks-miss', {
      metric: new MathExpression({
        expression: `IF(checks >= ${checksForRatio}, 100 * misses / checks, 0)`,
        usingMetrics: { checks, misses },
        period: Duration.minutes(15),
      }),
      threshold: deskServiceLevel.missPercent,
      says: `Of a hundred card checks ${deskServiceLevel.missPercent} or more name nobody.`,
      runbook: 'card-checks-miss',
    })
  }
}
