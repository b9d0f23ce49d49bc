import { Duration } from 'aws-cdk-lib'
import { Role } from 'aws-cdk-lib/aws-iam'
import { Construct } from 'constructs'
import { handoverSettings as settings } from '../lambdas/handover/settings.ts'
import type { DataStack } from './data-stack.ts'
import { LambdaFunction } from './lambda-function.ts'

export interface SharingProps {
  readonly data: DataStack
}

/** Delta Sharing over what was published. Links are signed in the name of a role that reads it and does nothing else. */
export class Sharing extends Construct {
  readonly function: LambdaFunction

  constructor(scope: Construct, id: string, { data }: SharingProps) {
    super(scope, id)
    const { ledger, handover, keys } = data
    const sharing = new LambdaFunction(this, 'Api', {
      entry: 'handover/sharing.lambda.ts',
      logKey: keys.logs,
      memorySize: 1769,
      timeout: Duration.seconds(29),
    })
    sharing.set(settings.ledgerTable, ledger.tableName)
    ledger.letUse(sharing, 'dynamodb:GetItem', 'dynamodb:Query', 'dynamodb:PutItem')
    sharing.set(settings.handoverBucket, handover.bucketName)
    handover.letRead(sharing)
    sharing.set(settings.provingKeys, keys.proving.map(({ keyArn }) => keyArn).join(' '))
    for (const key of keys.proving) key.grant(sharing, 'kms:GetPublicKey')

    const links = new Role(this, 'Links', { assumedBy: sharing.grantPrincipal })
    handover.letUseObjects(links, 's3:GetObject')
    keys.handover.grant(links, 'kms:Decrypt')
    links.grantAssumeRole(sharing.grantPrincipal)
    sharing.set(settings.sharingLinkRole, links.roleArn)
    this.function = sharing
  }
}
