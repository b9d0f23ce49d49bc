import { Duration } from 'aws-cdk-lib'
import { ArnPrincipal } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { RetryingQueue } from './retrying-queue.ts'

export interface RecipientQueuesProps {
  readonly recipient: string
  /**
   * The ARN of the role with which it comes.
   *
   * @default nobody may come
   */
  readonly role?: string | undefined
}

/** Of the function that settles receipts. */
export const receiptTimeout = Duration.minutes(1)

/** The two queues of one recipient: notices to it, receipts from it. */
export class RecipientQueues extends Construct {
  readonly recipient: string
  readonly notices: RetryingQueue
  readonly receipts: RetryingQueue

  constructor(scope: Construct, id: string, { recipient, role }: RecipientQueuesProps) {
    super(scope, id)
    this.recipient = recipient
    this.notices = new RetryingQueue(this, 'Notices', {
      holds: `Notices that ${recipient} took five times and never settled`,
      runbook: 'notices-are-not-settled',
      // A recipient pulls and verifies the whole handover before it takes the notice off its queue.
      visibilityTimeout: Duration.hours(1),
    })
    this.receipts = new RetryingQueue(this, 'Receipts', {
      holds: `Receipts of ${recipient} that could not be settled`,
      runbook: 'receipts-are-not-settled',
      visibilityTimeout: Duration.seconds(6 * receiptTimeout.toSeconds()),
    })
    if (role === undefined) return
    this.notices.grantConsumeMessages(new ArnPrincipal(role))
    this.receipts.grantSendMessages(new ArnPrincipal(role))
  }
}
