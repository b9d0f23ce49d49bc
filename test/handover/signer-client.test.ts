import { generateKeyPairSync } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { KMSClient } from '@aws-sdk/client-kms'
import { describe, expect, it, onTestFinished } from 'vitest'
import '../registry/quiet.ts'
import { kmsJwks, kmsPublicJwk } from '../../lambdas/handover/signer-client.ts'
import { type KmsOptions, startKms } from '../../local/kms/kms.ts'
import { folder } from '../local/service.ts'

const one = { 'alias/one': 'ECC_NIST_P256' } as const
const both = { ...one, 'alias/two': 'ECC_NIST_P256' } as const

describe('the public keys of KMS', () => {
  it('are those that can be read: one that cannot proves nothing until it can', async () => {
    const dir = await folder()
    const before = await startKms({ dir, keys: one })
    const port = Number(new URL(before.endpoint).port)
    const jwks = kmsJwks(clientAt(before.endpoint), ['alias/one', 'alias/two'])

    const first = await jwks()
    await before.close()
    await started({ dir, port, keys: both })
    const all = await jwks()

    expect(first.keys).toHaveLength(1)
    expect(all.keys).toHaveLength(2)
    expect(all.keys[0]).toEqual(first.keys[0])
  })

  it('that were read are not asked for again', async () => {
    const { endpoint, close } = await startKms({ dir: await folder(), keys: both })
    const jwks = kmsJwks(clientAt(endpoint), ['alias/one', 'alias/two'])
    const first = await jwks()
    await close()

    expect(await jwks()).toEqual(first)
  })

  it('are refused where none can be read', async () => {
    const { endpoint } = await started({ dir: await folder(), keys: one })
    const jwks = kmsJwks(clientAt(endpoint), ['alias/two', 'alias/three'])

    await expect(jwks()).rejects.toMatchObject({ name: 'NotFoundException' })
  })

  it('are refused where a key is of another curve', async () => {
    const { publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-384' })
    const PublicKey = publicKey.export({ type: 'spki', format: 'der' }).toString('base64')
    const endpoint = await answering({ KeyId: 'other', KeySpec: 'ECC_NIST_P384', PublicKey })

    await expect(kmsPublicJwk(clientAt(endpoint), 'other')).rejects.toThrow(
      'other: expected a key of ECC_NIST_P256, got ECC_NIST_P384',
    )
  })
})

function clientAt(endpoint: string): KMSClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const kms = new KMSClient({ endpoint, region: 'ap-southeast-1', credentials, maxAttempts: 1 })
  onTestFinished(() => kms.destroy())
  return kms
}

async function started(options: KmsOptions) {
  const service = await startKms(options)
  onTestFinished(() => service.close())
  return service
}

/** A service that answers every call alike. */
async function answering(answer: object): Promise<string> {
  const server = createServer((request, response) => {
    request.resume()
    response.setHeader('content-type', 'application/x-amz-json-1.1').end(JSON.stringify(answer))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}
