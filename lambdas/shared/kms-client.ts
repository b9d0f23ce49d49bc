import { KMSClient } from '@aws-sdk/client-kms'
import { silence } from './silence.ts'

/** `AWS_ENDPOINT_URL_KMS` points it elsewhere. */
export const kms = new KMSClient({ requestHandler: silence })
