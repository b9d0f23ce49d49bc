import { createHash, createHmac, createPublicKey, randomBytes, verify } from 'node:crypto'
import { readdir, readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import {
  EncryptCommand,
  GenerateMacCommand,
  GetPublicKeyCommand,
  KMSClient,
  SignCommand,
  VerifyMacCommand,
} from '@aws-sdk/client-kms'
import { describe, expect, it, onTestFinished } from 'vitest'
import { startKms } from '../../../local/kms/kms.ts'
import { folder, isOpenBeyondLoopback, startInProcess } from '../service.ts'

const keys = { 'alias/handover-signing': 'ECC_NIST_P256', 'alias/number-hash': 'HMAC_256' } as const
const manifest = Buffer.from('{"name":"handover"}')
const digest = createHash('sha256').update(manifest).digest()
const number = Buffer.from('0123456789')

describe('Sign', () => {
  it('signs a digest under the key whose public half it gives out', async () => {
    const { kms } = await started(await folder())

    const { Signature, SigningAlgorithm, KeyId } = await kms.send(signing())
    const { PublicKey, ...key } = await kms.send(new GetPublicKeyCommand({ KeyId: 'alias/handover-signing' }))

    const publicKey = createPublicKey({ key: Buffer.from(PublicKey ?? []), format: 'der', type: 'spki' })
    expect(verify('sha256', manifest, publicKey, Signature ?? Buffer.of())).toBe(true)
    expect(SigningAlgorithm).toBe('ECDSA_SHA_256')
    expect(key).toMatchObject({
      KeyId,
      KeySpec: 'ECC_NIST_P256',
      KeyUsage: 'SIGN_VERIFY',
      SigningAlgorithms: ['ECDSA_SHA_256'],
    })
  })

  it('signs the same digest differently each time', async () => {
    const { kms } = await started(await folder())

    expect((await kms.send(signing())).Signature).not.toEqual((await kms.send(signing())).Signature)
  })

  it.each([
    ['a message to be hashed', { Message: manifest, MessageType: 'RAW' as const }, 'UnsupportedOperationException'],
    ['a digest of another length', { Message: randomBytes(48) }, 'ValidationException'],
    ['another algorithm', { SigningAlgorithm: 'ECDSA_SHA_384' as const }, 'InvalidKeyUsageException'],
    ['a key for keyed hashes', { KeyId: 'alias/number-hash' }, 'InvalidKeyUsageException'],
    ['a key that does not exist', { KeyId: 'alias/unknown' }, 'NotFoundException'],
    ['a field it does not know', { GrantTokens: ['token'] }, 'ValidationException'],
  ])('refuses %s', async (_, change, name) => {
    const { kms } = await started(await folder())

    await expect(kms.send(signing(change))).rejects.toMatchObject({ name, $metadata: { httpStatusCode: 400 } })
  })
})

describe('GenerateMac and VerifyMac', () => {
  it('hash a message under the key of the file', async () => {
    const dir = await folder()
    const { kms } = await started(dir)

    const { Mac, MacAlgorithm } = await kms.send(hashing())

    const { secret } = JSON.parse(await readFile(join(dir, 'number-hash.json'), 'utf8'))
    expect(Buffer.from(Mac ?? [])).toEqual(createHmac('sha256', Buffer.from(secret, 'base64')).update(number).digest())
    expect(MacAlgorithm).toBe('HMAC_SHA_256')
  })

  it('know a hash made before and refuse any other', async () => {
    const { kms } = await started(await folder())
    const { Mac } = await kms.send(hashing())

    expect(await kms.send(new VerifyMacCommand({ ...hashing().input, Mac }))).toMatchObject({ MacValid: true })
    for (const forged of [randomBytes(32), randomBytes(31)]) {
      await expect(kms.send(new VerifyMacCommand({ ...hashing().input, Mac: forged }))).rejects.toMatchObject({
        name: 'KMSInvalidMacException',
      })
    }
  })

  it.each([
    ['an empty message', { Message: Buffer.of() }, 'ValidationException'],
    ['a message over 4,096 bytes', { Message: randomBytes(4097) }, 'ValidationException'],
    ['another algorithm', { MacAlgorithm: 'HMAC_SHA_512' as const }, 'InvalidKeyUsageException'],
    ['a key for signing', { KeyId: 'alias/handover-signing' }, 'InvalidKeyUsageException'],
  ])('refuse %s', async (_, change, name) => {
    const { kms } = await started(await folder())

    await expect(kms.send(hashing(change))).rejects.toMatchObject({ name })
  })
})

describe('KMS', () => {
  it('knows a key by its id, its ARN and the ARN of its alias', async () => {
    const { kms } = await started(await folder())
    const { KeyId: arn = '', Mac } = await kms.send(hashing())

    for (const KeyId of [arn, arn.replace(/.*\//, ''), arn.replace(/:key.*/, ':alias/number-hash')]) {
      expect(await kms.send(hashing({ KeyId }))).toMatchObject({ KeyId: arn, Mac })
    }
  })

  it('keeps its keys when its process is killed', async () => {
    const dir = await folder()
    const killed = await startInProcess(
      `import { startKms } from './local/kms/kms.ts'; const service = await startKms(${JSON.stringify({ dir, keys })})`,
    )
    const publicKey = new GetPublicKeyCommand({ KeyId: 'alias/handover-signing' })
    const before = clientOf(killed.endpoint)
    const { Mac } = await before.send(hashing())
    const { KeyId, PublicKey } = await before.send(publicKey)
    await killed.kill()

    const { kms } = await started(dir)
    expect(await kms.send(hashing())).toMatchObject({ Mac })
    expect(await kms.send(publicKey)).toMatchObject({ KeyId, PublicKey })
  })

  it('keeps its keys from other users of the machine', async () => {
    const dir = await folder()
    await started(dir)

    const files = await readdir(dir)
    expect(files.sort()).toEqual(['handover-signing.json', 'number-hash.json'])
    for (const file of files) expect((await stat(join(dir, file))).mode & 0o777).toBe(0o600)
  })

  it('does not turn a key into one of another kind', async () => {
    const dir = await folder()
    await started(dir)

    await expect(startKms({ dir, keys: { 'alias/number-hash': 'ECC_NIST_P256' } })).rejects.toThrow(
      'alias/number-hash: expected a key of ECC_NIST_P256, got HMAC_256',
    )
  })

  it('gives out no public half of a key for keyed hashes', async () => {
    const { kms } = await started(await folder())

    await expect(kms.send(new GetPublicKeyCommand({ KeyId: 'alias/number-hash' }))).rejects.toMatchObject({
      name: 'UnsupportedOperationException',
    })
  })

  it('refuses every other operation', async () => {
    const { kms } = await started(await folder())

    await expect(kms.send(new EncryptCommand({ KeyId: 'alias/number-hash', Plaintext: number }))).rejects.toMatchObject(
      { name: 'UnsupportedOperationException' },
    )
  })

  it('never closes an idle connection of its own accord', async () => {
    const { endpoint } = await started(await folder())

    const answer = await fetch(endpoint, { method: 'POST', body: '{}' })
    expect(answer.headers.get('keep-alive')).toBeNull()
  })

  it('listens on loopback alone', async () => {
    const { endpoint } = await started(await folder())

    expect(await isOpenBeyondLoopback(endpoint)).toBe(false)
  })
})

function signing(change: Partial<SignCommand['input']> = {}): SignCommand {
  return new SignCommand({
    KeyId: 'alias/handover-signing',
    Message: digest,
    MessageType: 'DIGEST',
    SigningAlgorithm: 'ECDSA_SHA_256',
    ...change,
  })
}

function hashing(change: Partial<GenerateMacCommand['input']> = {}): GenerateMacCommand {
  return new GenerateMacCommand({
    KeyId: 'alias/number-hash',
    Message: number,
    MacAlgorithm: 'HMAC_SHA_256',
    ...change,
  })
}

async function started(dir: string) {
  const { endpoint, close } = await startKms({ dir, keys })
  onTestFinished(close)
  return { endpoint, kms: clientOf(endpoint) }
}

function clientOf(endpoint: string): KMSClient {
  const credentials = { accessKeyId: 'local', secretAccessKey: 'local' }
  const kms = new KMSClient({ endpoint, region: 'ap-southeast-1', credentials, maxAttempts: 1 })
  onTestFinished(() => kms.destroy())
  return kms
}
