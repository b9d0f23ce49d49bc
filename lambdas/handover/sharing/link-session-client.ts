import type { S3Client } from '@aws-sdk/client-s3'
import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { silence } from '../../shared/silence.ts'
import { s3Links } from '../recipients/link-client.ts'

/** In which links to one recipient's objects are signed; they all expire at once. */
export interface LinkSession {
  readonly expiresAt: Date
  linkTo(key: string): Promise<string>
}

export interface LinkSessionOptions {
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
export function linkSessions({
  bucket,
  role,
  s3As,
  clock,
}: LinkSessionOptions): (recipient: string) => Promise<LinkSession> {
  return async recipient => {
    const credentials = await fromTemporaryCredentials({
      clientConfig: { requestHandler: silence },
      params: {
        RoleArn: role,
        RoleSessionName: `sharing-${recipient}`,
        DurationSeconds: sessionSeconds,
        Policy: JSON.stringify(policyFor(bucket, recipient)),
      },
    })()
    const links = s3Links(s3As(credentials), bucket)
    const signingDate = clock()
    const ends = credentials.expiration?.getTime() ?? 0
    const expiresIn = Math.floor((ends - signingDate.getTime()) / 1000) - reserveSeconds
    return {
      expiresAt: new Date(signingDate.getTime() + expiresIn * 1000),
      linkTo: key => links.toRead(key, expiresIn, signingDate),
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
