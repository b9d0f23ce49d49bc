import { GetObjectCommand, type S3Client } from '@aws-sdk/client-s3'
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { getSignedUrl } from '@aws-sdk/s3-request-presigner'

/** Links to one recipient's objects, for whoever holds them; they all expire at once. */
export interface Links {
  readonly expiresAt: Date
  to(key: string): Promise<string>
}

export interface LinkOptions {
  readonly bucket: string
  /** ARN of the role in whose name links are signed. */
  readonly role: string
  /** A client with these credentials alone. */
  readonly s3As: (credentials: Credentials) => S3Client
  readonly clock: () => Date
}

type Credentials = Awaited<ReturnType<ReturnType<typeof fromTemporaryCredentials>>>

/** The longest that one role may be another's (AWS STS, role chaining). */
const sessionSeconds = 3600

/** Kept back of the session, since S3 refuses a link whose signer is gone. */
const reserveSeconds = 60

/** Each answer's links are signed in a session of its own, so that they live as long as the session; it reaches the one recipient's objects. */
export function linkSessions({ bucket, role, s3As, clock }: LinkOptions): (recipient: string) => Promise<Links> {
  return async recipient => {
    const credentials = await fromTemporaryCredentials({
      params: {
        RoleArn: role,
        RoleSessionName: `sharing-${recipient}`,
        DurationSeconds: sessionSeconds,
        Policy: JSON.stringify(policyFor(bucket, recipient)),
      },
    })()
    const s3 = s3As(credentials)
    const signingDate = clock()
    const ends = credentials.expiration?.getTime() ?? 0
    const expiresIn = Math.floor((ends - signingDate.getTime()) / 1000) - reserveSeconds
    return {
      expiresAt: new Date(signingDate.getTime() + expiresIn * 1000),
      to: Key => getSignedUrl(s3, new GetObjectCommand({ Bucket: bucket, Key }), { expiresIn, signingDate }),
    }
  }
}

function policyFor(bucket: string, recipient: string) {
  return {
    Version: '2012-10-17',
    Statement: [
      { Effect: 'Allow', Action: 's3:GetObject', Resource: `arn:aws:s3:::${bucket}/${recipient}/*` },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
    ],
  }
}
