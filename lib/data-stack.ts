import { Duration, Stack, type StackProps } from 'aws-cdk-lib'
import { Bucket, BucketEncryption, type IBucket } from 'aws-cdk-lib/aws-s3'
import type { Construct } from 'constructs'
import { lookupsExpiry, lookupsTable } from '../lambdas/checkin/lookups/lookups-table.ts'
import { ledgerExpiry, ledgerTable } from '../lambdas/handover/ledger-table.ts'
import { registryTable } from '../lambdas/registry/registry-table.ts'
import { closed, DataBucket } from './data-bucket.ts'
import { DataTable } from './data-table.ts'
import { HandoverBucket } from './handover-bucket.ts'
import { Keys, type SigningKeys } from './keys.ts'
import type { RecipientRoles } from './recipient-roles.ts'
import { SealsBucket } from './seals-bucket.ts'

export interface DataStackProps extends StackProps {
  readonly recipientRoles: RecipientRoles
  readonly signingKeys: SigningKeys
}

/** All that is kept: keys, tables, buckets. None of them goes when the stack does, and the stack goes by nobody's mistake. */
export class DataStack extends Stack {
  readonly keys: Keys
  readonly registry: DataTable
  readonly ledger: DataTable
  readonly lookups: DataTable
  readonly landing: DataBucket
  readonly exports: DataBucket
  readonly work: DataBucket
  readonly handover: HandoverBucket
  /** Exports of lookups, and what is made from them until it is sealed. */
  readonly sealing: DataBucket
  readonly seals: SealsBucket

  constructor(scope: Construct, id: string, { recipientRoles, signingKeys, ...props }: DataStackProps) {
    super(scope, id, { ...props, terminationProtection: true })
    const keys = new Keys(this, 'Keys', signingKeys)
    this.keys = keys

    this.registry = new DataTable(this, 'Registry', { table: registryTable, key: keys.registry })
    this.ledger = new DataTable(this, 'Ledger', {
      table: ledgerTable,
      key: keys.handover,
      timeToLiveAttribute: ledgerExpiry,
    })
    this.lookups = new DataTable(this, 'Lookups', {
      table: lookupsTable,
      key: keys.audit,
      timeToLiveAttribute: lookupsExpiry,
    })

    const accessLogs = accessLogBucket(this)
    const week = Duration.days(7)
    this.landing = new DataBucket(this, 'Landing', { key: keys.registry, accessLogs, announced: true })
    this.exports = new DataBucket(this, 'Exports', { key: keys.work, accessLogs, expiration: week })
    this.work = new DataBucket(this, 'Work', { key: keys.work, accessLogs, expiration: Duration.days(8) })
    this.handover = new HandoverBucket(this, 'Handover', { keys, accessLogs, recipientRoles })
    this.sealing = new DataBucket(this, 'Sealing', { key: keys.audit, accessLogs, expiration: week })
    this.seals = new SealsBucket(this, 'Seals', { key: keys.audit, accessLogs })
  }
}

function accessLogBucket(scope: Construct): IBucket {
  const bucket = new Bucket(scope, 'AccessLogs', {
    ...closed,
    // S3 delivers access logs to no bucket under a key of ours (Amazon S3 User Guide, server access logging).
    encryption: BucketEncryption.S3_MANAGED,
    lifecycleRules: [{ expiration: Duration.days(365) }],
  })
  // The construct's types are looser than ours about what may be undefined.
  return bucket as IBucket
}
