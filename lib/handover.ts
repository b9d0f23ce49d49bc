import { TimeZone } from 'aws-cdk-lib'
import { Schedule, ScheduleExpression, ScheduleTargetInput } from 'aws-cdk-lib/aws-scheduler'
import { StepFunctionsStartExecution } from 'aws-cdk-lib/aws-scheduler-targets'
import { Construct } from 'constructs'
import { agreements } from '../lambdas/handover/agreements.ts'
import type { DataStack } from './data-stack.ts'
import { HandoverFunctions } from './handover-functions.ts'
import { HandoverStateMachine } from './handover-state-machine.ts'
import { Receipts } from './receipts.ts'
import { RecipientQueues } from './recipient-queues.ts'
import type { RecipientRoles } from './recipient-roles.ts'
import { Reminders } from './reminders.ts'
import { RunbookAlarm } from './runbook-alarm.ts'
import { Sharing } from './sharing.ts'

export interface HandoverProps {
  readonly data: DataStack
  readonly recipientRoles: RecipientRoles
  /** Whether handovers begin by themselves, for whose turn it is: a full one on the first of every month, deltas on all other days. */
  readonly scheduled: boolean
}

/** From the registry to its recipients: the machine that hands over, notices that announce it, receipts that close it, shares to read. */
export class Handover extends Construct {
  readonly recipients: readonly RecipientQueues[]
  readonly sharing: Sharing

  constructor(scope: Construct, id: string, { data, recipientRoles, scheduled }: HandoverProps) {
    super(scope, id)
    const recipients = agreements.map(
      ({ recipient }) => new RecipientQueues(this, recipient, { recipient, role: recipientRoles[recipient] }),
    )
    this.recipients = recipients
    const { byStep: functions } = new HandoverFunctions(this, 'Steps', { data, recipients })
    const machine = new HandoverStateMachine(this, 'Machine', { data, functions })
    new Receipts(this, 'Receipts', { data, recipients })
    new Reminders(this, 'Reminders', { data, recipients })
    this.sharing = new Sharing(this, 'Sharing', { data })

    for (const [name, day, mode] of begins) {
      new Schedule(this, name, {
        schedule: ScheduleExpression.cron({ day, hour: '1', minute: '0', timeZone: TimeZone.ASIA_HO_CHI_MINH }),
        target: new StepFunctionsStartExecution(machine, {
          input: ScheduleTargetInput.fromObject({ mode, onlyDue: true }),
        }),
        enabled: scheduled,
      })
    }
    new RunbookAlarm(this, 'Failed', {
      metric: machine.metricFailed(),
      threshold: 1,
      says: 'A handover failed, and nothing more of it is published.',
      runbook: 'a-handover-failed',
    })
  }
}

/** On which days of the month, at one in the night. */
const begins = [
  ['Monthly', '1', 'full'],
  ['Daily', '2-31', 'delta'],
] as const
