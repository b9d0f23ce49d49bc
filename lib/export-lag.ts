import { Duration } from 'aws-cdk-lib'

/** How far behind now DynamoDB exports a table. */
export const exportLag = Duration.minutes(5)
