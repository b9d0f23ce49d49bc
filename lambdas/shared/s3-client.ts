import { S3Client } from '@aws-sdk/client-s3'

const elsewhere = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL

/** `AWS_ENDPOINT_URL_S3` points it elsewhere; what answers there need not have a host name for each bucket. */
export const s3 = new S3Client({ forcePathStyle: elsewhere !== undefined })
