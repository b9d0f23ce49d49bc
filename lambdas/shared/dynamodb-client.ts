import { DynamoDBClient } from '@aws-sdk/client-dynamodb'

/** `AWS_ENDPOINT_URL_DYNAMODB` points it elsewhere. */
export const dynamodb = new DynamoDBClient({})
