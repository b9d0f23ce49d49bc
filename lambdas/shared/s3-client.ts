import { S3Client, type S3ClientConfig } from '@aws-sdk/client-s3'
import { silence } from './silence.ts'

const elsewhere = process.env.AWS_ENDPOINT_URL_S3 ?? process.env.AWS_ENDPOINT_URL

/** `AWS_ENDPOINT_URL_S3` points it elsewhere; what answers there need not have a host name for each bucket. */
const common = { forcePathStyle: elsewhere !== undefined, requestHandler: silence }

export const s3 = new S3Client(common)

/** The same with other credentials than the function's own. */
export function s3As(credentials: NonNullable<S3ClientConfig['credentials']>): S3Client {
  return new S3Client({ ...common, credentials })
}
