import { createServer } from 'node:http'
import { z } from 'zod'
import { type Answer, closeServer, type LocalService, listenOnLoopback, onRequest } from './aws-json.ts'
import type { Credentials } from './s3/signature.ts'

export interface StsOptions {
  readonly port?: number
  readonly clock?: () => Date // the machine's
}

/** What a session is given: the credentials that every embedded service takes. */
const localCredentials: Credentials = { accessKeyId: 'local', secretAccessKey: 'local' }

/** STS for assuming any role: who that is, and what a session may do, nothing here asks. */
export async function startSts({ port = 0, clock = () => new Date() }: StsOptions = {}): Promise<LocalService> {
  const server = createServer()
  onRequest(server, async (_, body) => {
    const { data, error } = assumeRole.safeParse(Object.fromEntries(new URLSearchParams(body.toString())))
    if (error)
      return xml(
        400,
        `<ErrorResponse><Error><Code>ValidationError</Code><Message>${faults(error)}</Message></Error></ErrorResponse>`,
      )
    const expiration = new Date(clock().getTime() + data.DurationSeconds * 1000)
    return xml(200, session(data, expiration))
  })
  return { endpoint: await listenOnLoopback(server, port), close: () => closeServer(server) }
}

const assumeRole = z.object({
  Action: z.literal('AssumeRole'),
  RoleArn: z.string().regex(/^arn:aws:iam::[0-9]{12}:role\/[\w+=,.@/-]+$/),
  RoleSessionName: z.string().regex(/^[\w+=,.@-]{2,64}$/),
  DurationSeconds: z.coerce.number().int().min(900).max(43_200).default(3600),
})

function session({ RoleArn, RoleSessionName }: z.infer<typeof assumeRole>, expiration: Date): string {
  const { accessKeyId, secretAccessKey } = localCredentials
  const arn = `${RoleArn.replace(':iam:', ':sts:').replace(':role/', ':assumed-role/')}/${RoleSessionName}`
  return `<AssumeRoleResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/"><AssumeRoleResult>
    <Credentials><AccessKeyId>${accessKeyId}</AccessKeyId><SecretAccessKey>${secretAccessKey}</SecretAccessKey>
      <SessionToken>${RoleSessionName}</SessionToken><Expiration>${expiration.toISOString()}</Expiration></Credentials>
    <AssumedRoleUser><Arn>${arn}</Arn><AssumedRoleId>local:${RoleSessionName}</AssumedRoleId></AssumedRoleUser>
  </AssumeRoleResult></AssumeRoleResponse>`
}

function xml(status: number, body: string): Answer {
  return { status, headers: { 'content-type': 'text/xml' }, body }
}

/** The names of fields alone, which need no escaping. */
function faults({ issues }: z.ZodError): string {
  return issues.map(({ path }) => path.join('.')).join(', ')
}
