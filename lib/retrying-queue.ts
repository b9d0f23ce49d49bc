import { Duration } from 'aws-cdk-lib'
import { Queue, QueueEncryption } from 'aws-cdk-lib/aws-sqs'
import type { Construct } from 'constructs'
import { RunbookAlarm } from './runbook-alarm.ts'

export interface RetryingQueueProps {
  /** What its dead letters are, in the plural: `Receipts of moh that could not be settled`. */
  readonly holds: string
  /** The heading of its dead letters in the runbook. */
  readonly runbook: string
  /** How long a message that was received stays hidden; where a function reads it, six times that function's timeout. */
  readonly visibilityTimeout: Duration
}

/** Tries of a message before it goes to the dead letters. */
export const maxReceiveCount = 5

/**
 * A queue whose messages are tried five times and then kept for the operator, who is told. Messages are pointers without
 * personal data, so SQS's own key suffices.
 */
export class RetryingQueue extends Queue {
  readonly deadLetters: Queue

  constructor(scope: Construct, id: string, { holds, runbook, visibilityTimeout }: RetryingQueueProps) {
    const deadLetters = new Queue(scope, `${id}DeadLetters`, kept)
    super(scope, id, { ...kept, visibilityTimeout, deadLetterQueue: { queue: deadLetters, maxReceiveCount } })
    this.deadLetters = deadLetters
    new RunbookAlarm(this, 'DeadLettersNotEmpty', {
      metric: deadLetters.metricApproximateNumberOfMessagesVisible({ statistic: 'max' }),
      threshold: 1,
      says: `${holds} wait for the operator.`,
      runbook,
    })
  }
}

/** As long as SQS keeps a message at all. */
const kept = { encryption: QueueEncryption.SQS_MANAGED, enforceSSL: true, retentionPeriod: Duration.days(14) } as const
