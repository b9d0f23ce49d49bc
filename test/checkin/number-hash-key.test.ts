import { createHmac } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { KMSClient } from '@aws-sdk/client-kms'
import { expect, it, onTestFinished } from 'vitest'
import { sessionKey } from '../../lambdas/checkin/gateway/session-key-client.ts'
import { numberHashKey } from '../../lambdas/shared/number-hash-key-client.ts'
import { startKms } from '../../local/kms/kms.ts'
import { folder } from '../local/service.ts'

it.each([
  ['number hashes', numberHashKey, 'bangiao number hash v1'],
  ['the gateway’s sessions', sessionKey, 'bangiao gateway session v1'],
] as const)('the key of %s is the HMAC of a text of its own that never changes', async (_, derive, text) => {
  const dir = await folder()
  const { endpoint, close } = await startKms({ dir, keys: { 'alias/number-hash': 'HMAC_256' } })
  onTestFinished(close)
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const kms = new KMSClient({ endpoint, region: 'ap-southeast-1', credentials })
  onTestFinished(() => kms.destroy())

  const key = await derive(kms, 'alias/number-hash')

  const { secret } = JSON.parse(await readFile(join(dir, 'number-hash.json'), 'utf8'))
  const hmac = createHmac('sha256', Buffer.from(secret, 'base64')).update(text)
  expect(Buffer.from(key)).toEqual(hmac.digest())
})
