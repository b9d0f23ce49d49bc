import { Duration, Stack, Validations } from 'aws-cdk-lib'
import { ArnPrincipal, Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct, IConstruct } from 'constructs'
import { agreements } from '../lambdas/handover/agreements.ts'
import { DataBucket } from './data-bucket.ts'
import { importedArn } from './imported-arn.ts'
import type { Keys } from './keys.ts'
import type { RecipientRoles } from './recipient-roles.ts'

export interface HandoverBucketProps {
  readonly keys: Keys
  readonly accessLogs: IBucket
  readonly recipientRoles: RecipientRoles
}

/** What was handed over: an object stands as it was put, and each recipient reads what is below its own name. */
export class HandoverBucket extends DataBucket {
  constructor(scope: Construct, id: string, { keys, accessLogs, recipientRoles }: HandoverBucketProps) {
    super(scope, id, { key: keys.handover, accessLogs, locked: true })
    // It alone is written again and again
    this.denyOverwriting('*/latest.json')
    for (const { recipient, retentionDays } of agreements) this.keepFor(Duration.days(retentionDays), recipient)
    this.addLifecycleRule({ expiredObjectDeleteMarker: true })
    for (const [recipient, role] of Object.entries(recipientRoles)) this.letRecipientRead(recipient, role, keys)
  }

  /** Past what its agreement says, a handover goes; who holds the manifest was told until when it stays. */
  private keepFor(retention: Duration, recipient: string) {
    for (const kind of ['snapshots', 'changes']) {
      this.addLifecycleRule({
        prefix: `${recipient}/${kind}/`,
        expiration: retention,
        noncurrentVersionExpiration: Duration.days(1),
      })
    }
  }

  /** What may change beside a handover once it is published: which one is the latest, and until when its objects are locked. */
  letFollowUp(grantee: IGrantable & IConstruct) {
    const latest = this.arnForObjects('*/latest.json')
    Grant.addToPrincipal({ grantee, actions: ['s3:PutObject'], resourceArns: [latest] })
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${importedArn(this, this.bucketArn)}/*/latest.json]`,
      reason: 'Each recipient has one, under its own name',
    })
    this.letUseObjects(grantee, 's3:PutObjectRetention')
    this.letEncrypt(grantee)
  }

  private letRecipientRead(recipient: string, role: string, keys: Keys) {
    const principals = [new ArnPrincipal(role)]
    this.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:GetObject'],
        resources: [this.arnForObjects(`${recipient}/*`)],
      }),
    )
    this.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['s3:ListBucket'],
        resources: [this.bucketArn],
        conditions: { StringLike: { 's3:prefix': `${recipient}/*` } },
      }),
    )
    keys.handover.addToResourcePolicy(
      new PolicyStatement({
        principals,
        actions: ['kms:Decrypt'],
        resources: ['*'],
        conditions: { StringEquals: { 'kms:ViaService': `s3.${Stack.of(this).region}.amazonaws.com` } },
      }),
    )
  }
}
