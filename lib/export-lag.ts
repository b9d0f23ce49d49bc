import { Duration } from 'aws-cdk-lib'

/** How far behind now DynamoDB exports a table. */
export const exportLag = Duration.minutes(5)

/** What an incremental export covers at least (Amazon DynamoDB Developer Guide, incremental exports). */
export const leastWindow = Duration.minutes(15)
