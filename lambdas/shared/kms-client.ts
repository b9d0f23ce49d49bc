import { KMSClient } from '@aws-sdk/client-kms'

/** `AWS_ENDPOINT_URL_KMS` points it elsewhere. */
export const kms = new KMSClient({})
