import { DynamoDBClient } from '@aws-sdk/client-dynamodb'
import { silence } from './silence.ts'

/** `AWS_ENDPOINT_URL_DYNAMODB` points it elsewhere. */
export const dynamodb = new DynamoDBClient({ requestHandler: silence })
