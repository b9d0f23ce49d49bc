import { Duration } from 'aws-cdk-lib'
import type { Construct } from 'constructs'
import { DataBucket, type DataBucketProps } from './data-bucket.ts'

/** The log of lookups: what is sealed stands as it was put, and outlasts everybody's right to remove it. */
export class SealsBucket extends DataBucket {
  constructor(scope: Construct, id: string, { key, accessLogs }: Pick<DataBucketProps, 'key' | 'accessLogs'>) {
    super(scope, id, { key, accessLogs, locked: true, retention: fiveYears })
    this.denyOverwriting('*/latest.json')
  }
}

/** With a leap day or two. */
const fiveYears = Duration.days(5 * 365 + 2)
