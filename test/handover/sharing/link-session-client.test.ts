import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { CreateBucketCommand, PutObjectCommand, S3Client } from '@aws-sdk/client-s3'
import { afterEach, describe, expect, it, onTestFinished, vi } from 'vitest'
import { type LinkSessionOptions, linkSessions } from '../../../lambdas/handover/sharing/link-session-client.ts'
import { startS3 } from '../../../local/s3/s3.ts'
import { localIdentity } from '../../../local/stack/services.ts'
import { startSts } from '../../../local/sts.ts'
import { folder } from '../../local/service.ts'

const bucket = 'handover'
const key = 'moh/snapshots/000000000001/persons/province=01/part-00000-0a1b2c3d.parquet'
const bytes = 'a Parquet file of forty-odd bytes, in words'

describe('a link of a share', () => {
  afterEach(() => vi.unstubAllEnvs())

  it('opens the one object over plain HTTP, whole or in part, for whoever has it', async () => {
    const { session } = await somethingPublished()
    const url = await (await session('moh')).linkTo(key)
    expect(await (await fetch(url)).text()).toBe(bytes)

    const part = await fetch(url, { headers: { range: 'bytes=2-8' } })
    expect([part.status, await part.text()]).toEqual([206, 'Parquet'])
    const whole = await fetch(url, { headers: { range: `bytes=0-${bytes.length - 1}` } })
    expect([whole.status, whole.headers.get('content-length')]).toEqual([206, String(bytes.length)])
  })

  it('is refused for another object, another method and another signature', async () => {
    const { session } = await somethingPublished()
    const url = await (await session('moh')).linkTo(key)
    expect((await fetch(url.replace('province%3D01', 'province%3D79'))).status).toBe(403)
    expect((await fetch(url, { method: 'HEAD' })).status).toBe(403)
    expect((await fetch(url.replace(/Signature=./, 'Signature=x'))).status).toBe(403)
  })

  it('is refused once it has expired, as S3 says it', async () => {
    const now = { instant: new Date('2026-11-25T12:00:00Z') }
    const { session } = await somethingPublished(() => now.instant)
    const { linkTo, expiresAt } = await session('moh')
    const url = await linkTo(key)

    now.instant = expiresAt
    expect((await fetch(url)).status).toBe(200)
    now.instant = new Date(expiresAt.getTime() + 1000)
    expect((await fetch(url)).status).toBe(403)
  })

  it('ends a minute before its signer’s session does, which is an hour long', async () => {
    const now = new Date('2026-11-25T12:00:00.400Z')
    const { session } = await somethingPublished(() => now)
    const { linkTo, expiresAt } = await session('moh')
    expect(expiresAt).toEqual(new Date('2026-11-25T12:59:00.400Z'))
    expect(new URL(await linkTo(key)).searchParams.get('X-Amz-Expires')).toBe('3540')
  })

  it('is signed in a session of the recipient’s, which reaches nobody else’s objects', async () => {
    const { session, asked } = await somethingPublished()
    const url = new URL(await (await session('moh')).linkTo(key))
    expect(url.searchParams.get('X-Amz-Security-Token')).toBe('sharing-moh')
    const [assumed] = asked
    expect(assumed?.get('RoleArn')).toBe(role)
    expect(JSON.parse(assumed?.get('Policy') ?? '').Statement).toEqual([
      { Effect: 'Allow', Action: 's3:GetObject', Resource: 'arn:aws:s3:::handover/moh/*' },
      { Effect: 'Allow', Action: 'kms:Decrypt', Resource: '*' },
    ])
  })
})

const role = 'arn:aws:iam::111122223333:role/sharing-links'

/** One object in an embedded S3, sessions by an embedded STS, and what STS was asked for. */
async function somethingPublished(clock = () => new Date()) {
  const sts = await startSts({ clock })
  const s3 = await startS3({ dir: await folder(), clock })
  const wire = await tapped(sts.endpoint)
  const s3As: LinkSessionOptions['s3As'] = credentials =>
    new S3Client({ region: localIdentity.AWS_REGION, endpoint: s3.endpoint, forcePathStyle: true, credentials })
  const { AWS_ACCESS_KEY_ID: accessKeyId, AWS_SECRET_ACCESS_KEY: secretAccessKey } = localIdentity
  const owner = s3As({ accessKeyId, secretAccessKey })
  await owner.send(new CreateBucketCommand({ Bucket: bucket }))
  await owner.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }))
  onTestFinished(async () => {
    owner.destroy()
    await Promise.all([s3.close(), sts.close()])
  })
  const identity = { ...localIdentity, AWS_ENDPOINT_URL_STS: wire.endpoint }
  for (const [name, value] of Object.entries(identity)) vi.stubEnv(name, value)
  return { session: linkSessions({ bucket, role, s3As, clock }), asked: wire.forms }
}

/** Stands before a service that is asked by forms, and keeps them. */
async function tapped(service: string) {
  const forms: URLSearchParams[] = []
  const server = createServer(async (request, response) => {
    const body = await text(request)
    forms.push(new URLSearchParams(body))
    const answer = await fetch(service, { method: 'POST', body })
    response.writeHead(answer.status, { 'content-type': 'text/xml' }).end(await answer.text())
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => void server.close())
  return { endpoint: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, forms }
}
