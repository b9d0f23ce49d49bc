import { TimeZone } from 'aws-cdk-lib'
import { Schedule, ScheduleExpression } from 'aws-cdk-lib/aws-scheduler'
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets'
import { Construct } from 'constructs'
import { agreements } from '../lambdas/handover/agreements.ts'
import type { DataStack } from './data-stack.ts'
import { HandoverFunctions } from './handover-functions.ts'
import { HandoverStateMachine } from './handover-state-machine.ts'
import { Receipts } from './receipts.ts'
import { RecipientQueues } from './recipient-queues.ts'
import type { RecipientRoles } from './recipient-roles.ts'
import { RunbookAlarm } from './runbook-alarm.ts'

export interface HandoverProps {
  readonly data: DataStack
  readonly recipientRoles: RecipientRoles
  /** Whether a handover begins by itself, on the first of every month. */
  readonly monthly: boolean
}

/** From the registry to its recipients: the machine that hands over, notices that announce it, receipts that close it. */
export class Handover extends Construct {
  readonly recipients: readonly RecipientQueues[]

  constructor(scope: Construct, id: string, { data, recipientRoles, monthly }: HandoverProps) {
    super(scope, id)
    const recipients = agreements.map(
      ({ recipient }) => new RecipientQueues(this, recipient, { recipient, role: recipientRoles[recipient] }),
    )
    this.recipients = recipients
    const { byStep: functions } = new HandoverFunctions(this, 'Steps', { data, recipients })
    const machine = new HandoverStateMachine(this, 'Machine', { data, functions })
    new Receipts(this, 'Receipts', { data, recipients })

    new Schedule(this, 'Monthly', {
      schedule: ScheduleExpression.cron({ day: '1', hour: '1', minute: '0', timeZone: TimeZone.ASIA_HO_CHI_MINH }),
      target: new StepFunctionsStartExecution(machine, {}),
      enabled: monthly,
    })
    new RunbookAlarm(this, 'Failed', {
      metric: machine.metricFailed(),
      threshold: 1,
      says: 'A handover failed, and nothing more of it is published.',
      runbook: 'a-handover-failed',
    })
  }
}
