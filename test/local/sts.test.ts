import { fromTemporaryCredentials } from '@aws-sdk/credential-providers'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startSts } from '../../local/sts.ts'
import { isOpenBeyondLoopback } from './service.ts'

const masterCredentials = { accessKeyId: 'local', secretAccessKey: 'local' }
const now = new Date('2026-11-25T12:00:00Z')

describe('AssumeRole', () => {
  it('gives credentials that every embedded service takes, until the session ends', async () => {
    expect(await session({ DurationSeconds: 900 })).toMatchObject({
      accessKeyId: 'local',
      secretAccessKey: 'local',
      sessionToken: 'a-test',
      expiration: new Date('2026-11-25T12:15:00Z'),
    })
  })

  it('names the field at fault', async () => {
    await expect(session({ RoleArn: 'links' })).rejects.toMatchObject({ name: 'ValidationError', message: 'RoleArn' })
    await expect(session({ DurationSeconds: 60 })).rejects.toThrow('DurationSeconds')
    await expect(session({ RoleSessionName: 'a test' })).rejects.toThrow('RoleSessionName')
  })
})

describe('the server', () => {
  it('answers on this machine alone', async () => {
    expect(await isOpenBeyondLoopback(await started())).toBe(false)
  })
})

async function session(params: object) {
  const RoleArn = 'arn:aws:iam::111122223333:role/links'
  const clientConfig = { region: 'ap-southeast-1', endpoint: await started() }
  const assumed = { RoleArn, RoleSessionName: 'a-test', ...params }
  return fromTemporaryCredentials({ masterCredentials, clientConfig, params: assumed })()
}

async function started(): Promise<string> {
  const { endpoint, close } = await startSts({ clock: () => now })
  onTestFinished(close)
  return endpoint
}
