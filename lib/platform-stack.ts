import { CfnOutput, Stack, type StackProps } from 'aws-cdk-lib'
import { Alarm } from 'aws-cdk-lib/aws-cloudwatch'
import { SnsAction } from 'aws-cdk-lib/aws-cloudwatch-actions'
import { PolicyStatement, ServicePrincipal } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import { Topic } from 'aws-cdk-lib/aws-sns'
import type { Construct } from 'constructs'
import { Access } from './access.ts'
import { Analysts } from './analysts.ts'
import { Checkin } from './checkin.ts'
import type { DataStack } from './data-stack.ts'
import { Handover } from './handover.ts'
import { Lookups } from './lookups.ts'
import { PublicApi } from './public-api.ts'
import { RecipientApi } from './recipient-api.ts'
import type { RecipientRoles } from './recipient-roles.ts'
import { Registry } from './registry.ts'

export interface PlatformStackProps extends StackProps {
  readonly data: DataStack
  readonly recipientRoles: RecipientRoles
  /** Where clients call the API, when not at the name that AWS gives it. */
  readonly apiAddress?: string | undefined
  /** Whether handovers begin by themselves, every night: a full one on the first of a month, deltas on all other days. */
  readonly scheduledHandovers: boolean
}

/** All that runs. It keeps nothing, so it can be deployed anew at any time. */
export class PlatformStack extends Stack {
  constructor(scope: Construct, id: string, props: PlatformStackProps) {
    const { data, recipientRoles, apiAddress, scheduledHandovers, ...stackProps } = props
    super(scope, id, stackProps)
    new Registry(this, 'Registry', { data })
    const { recipients, sharing } = new Handover(this, 'Handover', {
      data,
      recipientRoles,
      scheduled: scheduledHandovers,
    })
    const { cardCheck, gateway, gatewayToken } = new Checkin(this, 'Checkin', { data })
    new Lookups(this, 'Lookups', { data })
    const access = new Access(this, 'Access', { data })
    const { notices, links, latest, receipts } = new RecipientApi(this, 'RecipientApi', { data, recipients })
    const functions = {
      token: access.token,
      'card-check': cardCheck,
      gateway,
      'gateway-token': gatewayToken,
      notices,
      links,
      latest,
      receipts,
      sharing: sharing.function,
    }
    const { authorizer } = access
    const api = new PublicApi(this, 'PublicApi', { functions, authorizer, logKey: data.keys.logs })
    access.setApi(apiAddress ?? api.address)
    new Analysts(this, 'Analysts', { data })
    this.tellOperators(data.keys.logs)
  }

  private tellOperators(key: IKey) {
    const operators = new Topic(this, 'Operators', { masterKey: key, enforceSSL: true })
    operators.addToResourcePolicy(
      new PolicyStatement({
        principals: [new ServicePrincipal('cloudwatch.amazonaws.com')],
        actions: ['sns:Publish'],
        resources: [operators.topicArn],
        conditions: { StringEquals: { 'aws:SourceAccount': this.account } },
      }),
    )
    new CfnOutput(this, 'OperatorsTopic', {
      value: operators.topicArn,
      description: 'Hears of every alarm, and tells whoever subscribes to it',
    })
    const alarms = this.node.findAll().filter(construct => construct instanceof Alarm)
    for (const alarm of alarms) alarm.addAlarmAction(new SnsAction(operators))
  }
}
