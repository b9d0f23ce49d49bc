import { Duration, Validations } from 'aws-cdk-lib'
import { AnyPrincipal, Effect, Grant, type IGrantable, PolicyStatement } from 'aws-cdk-lib/aws-iam'
import type { IKey } from 'aws-cdk-lib/aws-kms'
import {
  BlockPublicAccess,
  Bucket,
  BucketEncryption,
  type CfnBucket,
  type IBucket,
  ObjectLockRetention,
  ObjectOwnership,
} from 'aws-cdk-lib/aws-s3'
import type { Construct, IConstruct } from 'constructs'
import { importedArn } from './imported-arn.ts'

export interface DataBucketProps {
  readonly key: IKey
  /** Where its access log goes. */
  readonly accessLogs: IBucket
  /**
   * How long objects stay.
   *
   * @default for ever
   */
  readonly expiration?: Duration
  /**
   * Whether objects keep their versions and can be locked one by one; none is locked by itself.
   *
   * @default false
   */
  readonly locked?: boolean
  /**
   * For how long nobody at all can remove an object or shorten this, from when it is put; only of a locked bucket.
   *
   * @default objects are locked one by one
   */
  readonly retention?: Duration
  /**
   * Whether EventBridge hears of every new object.
   *
   * @default false
   */
  readonly announced?: boolean
}

/** What every bucket of ours is: closed to the public, without ACLs, reached by TLS 1.2 or newer. It outlives its stack. */
export const closed = {
  blockPublicAccess: BlockPublicAccess.BLOCK_ALL,
  objectOwnership: ObjectOwnership.BUCKET_OWNER_ENFORCED,
  enforceSSL: true,
  minimumTLSVersion: 1.2,
} as const

/** A closed bucket under a key of ours, whose every access is logged. */
export class DataBucket extends Bucket {
  private readonly key: IKey

  constructor(scope: Construct, id: string, props: DataBucketProps) {
    const { key, accessLogs, expiration, locked = false, retention, announced = false } = props
    super(scope, id, {
      ...closed,
      encryption: BucketEncryption.KMS,
      encryptionKey: key,
      bucketKeyEnabled: true,
      serverAccessLogsBucket: accessLogs,
      serverAccessLogsPrefix: `${id}/`,
      versioned: locked,
      objectLockEnabled: locked,
      ...(retention && { objectLockDefaultRetention: ObjectLockRetention.compliance(retention) }),
      lifecycleRules: [{ abortIncompleteMultipartUploadAfter: Duration.days(1), ...(expiration && { expiration }) }],
    })
    this.key = key
    if (announced) this.announce()
  }

  /** ListBucket too: without it S3 answers 403, not 404, to who asks for an object that is not there. */
  letRead(grantee: IGrantable & IConstruct) {
    this.letUseObjects(grantee, 's3:GetObject')
    Grant.addToPrincipal({ grantee, actions: ['s3:ListBucket'], resourceArns: [this.bucketArn] })
    this.key.grant(grantee, 'kms:Decrypt')
  }

  letPut(grantee: IGrantable & IConstruct) {
    this.letUseObjects(grantee, 's3:PutObject')
    this.letEncrypt(grantee)
  }

  /** DynamoDB puts an export with the permissions of who asks for it (Amazon DynamoDB Developer Guide, exporting a table). */
  letReceiveExport(grantee: IGrantable & IConstruct) {
    this.letUseObjects(grantee, 's3:AbortMultipartUpload', 's3:PutObjectAcl')
  }

  protected letEncrypt(grantee: IGrantable) {
    this.key.grant(grantee, 'kms:Decrypt', 'kms:GenerateDataKey')
  }

  letUseObjects(grantee: IGrantable & IConstruct, ...actions: string[]) {
    Grant.addToPrincipal({ grantee, actions, resourceArns: [this.arnForObjects('*')] })
    Validations.of(grantee).acknowledge({
      id: `AwsSolutions-IAM5[Resource::${importedArn(this, this.bucketArn)}/*]`,
      reason: 'Every object of a bucket that holds nothing else than this function’s kind of data',
    })
  }

  /** Objects stand as they were put, but for those named here. A part of a multipart upload makes no object, so it needs no condition. */
  protected denyOverwriting(except: string) {
    this.addToResourcePolicy(
      new PolicyStatement({
        effect: Effect.DENY,
        principals: [new AnyPrincipal()],
        actions: ['s3:PutObject'],
        notResources: [this.arnForObjects(except)],
        conditions: { Null: { 's3:if-none-match': 'true' }, Bool: { 's3:ObjectCreationOperation': 'true' } },
      }),
    )
  }

  /** The construct’s own way would deploy a function that may change every bucket’s notifications. */
  private announce() {
    const bucket = this.node.defaultChild as CfnBucket
    bucket.notificationConfiguration = { eventBridgeConfiguration: { eventBridgeEnabled: true } }
  }
}
