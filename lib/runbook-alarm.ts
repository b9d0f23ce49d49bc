import { Alarm, ComparisonOperator, type IMetric, TreatMissingData } from 'aws-cdk-lib/aws-cloudwatch'
import type { Construct } from 'constructs'

export interface RunbookAlarmProps {
  readonly metric: IMetric
  /** The least value that is too much; with `tooLittle`, the least that is enough. */
  readonly threshold: number
  /**
   * Whether the fault is that too little happens, or nothing.
   *
   * @default false
   */
  readonly tooLittle?: boolean
  /**
   * How many periods of the metric in a row.
   *
   * @default 1
   */
  readonly periods?: number
  /** What has happened, in one sentence. */
  readonly says: string
  /** The heading that tells what to do, as it stands in a link to `docs/runbook.md`. */
  readonly runbook: string
}

/** An alarm that carries its page of the runbook. */
export class RunbookAlarm extends Alarm {
  constructor(scope: Construct, id: string, props: RunbookAlarmProps) {
    const { metric, threshold, periods = 1, tooLittle = false, says, runbook } = props
    super(scope, id, {
      alarmName: `${scope.node.path}/${id}`,
      alarmDescription: `${says} docs/runbook.md#${runbook}`,
      metric,
      threshold,
      evaluationPeriods: periods,
      comparisonOperator: tooLittle
        ? ComparisonOperator.LESS_THAN_THRESHOLD
        : ComparisonOperator.GREATER_THAN_OR_EQUAL_TO_THRESHOLD,
      treatMissingData: tooLittle ? TreatMissingData.BREACHING : TreatMissingData.NOT_BREACHING,
    })
  }
}
