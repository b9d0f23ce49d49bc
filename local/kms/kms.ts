import { createHmac, createPublicKey, timingSafeEqual } from 'node:crypto'
import { createServer } from 'node:http'
import { z } from 'zod'
import {
  closeServer,
  jsonAnswer,
  type LocalService,
  listenOnLoopback,
  onRequest,
  operationOf,
  Refusal,
  readInput,
} from '../aws-json.ts'
import { signDigest } from './ecdsa.ts'
import { type Key, type KeySpec, openKeys } from './kms-keys.ts'

export interface KmsOptions {
  readonly dir: string
  readonly port?: number
  /** The keys there are, by alias; each is made the first time and stays. */
  readonly keys: Readonly<Record<`alias/${string}`, KeySpec>>
}

/** KMS for signing digests and keyed hashes. */
export async function startKms({ dir, port = 0, keys: specs }: KmsOptions): Promise<LocalService> {
  const keys = await openKeys(dir, specs)
  const server = createServer()
  onRequest(server, (request, body) =>
    jsonAnswer('1.1', body, input => {
      const operation = operations.get(operationOf(request))
      if (!operation) throw new Refusal('UnsupportedOperationException', `${operationOf(request)}: not supported`)
      return operation(keys, input)
    }),
  )
  return { endpoint: await listenOnLoopback(server, port), close: () => closeServer(server) }
}

type Keys = ReadonlyMap<string, Key>

const operations: ReadonlyMap<string, (keys: Keys, input: unknown) => object> = new Map([
  ['Sign', sign],
  ['GetPublicKey', getPublicKey],
  ['GenerateMac', generateMac],
  ['VerifyMac', verifyMac],
])

const signRequest = z.strictObject({
  KeyId: z.string(),
  Message: z.string(),
  MessageType: z.string().default('RAW'),
  SigningAlgorithm: z.string(),
})

function sign(keys: Keys, input: unknown): object {
  const { KeyId, Message, MessageType, SigningAlgorithm } = readInput(signRequest, input)
  const { arn, secret } = keyFor('ECC_NIST_P256', 'ECDSA_SHA_256', keys, KeyId, SigningAlgorithm)
  if (MessageType !== 'DIGEST')
    throw new Refusal('UnsupportedOperationException', `MessageType: expected DIGEST, got ${MessageType}`)
  const digest = Buffer.from(Message, 'base64')
  if (digest.length !== 32)
    throw new Refusal('ValidationException', `Message: expected a digest of 32 bytes, got ${digest.length}`)
  return { KeyId: arn, Signature: signDigest(secret, digest).toString('base64'), SigningAlgorithm }
}

function getPublicKey(keys: Keys, input: unknown): object {
  const { KeyId } = readInput(z.strictObject({ KeyId: z.string() }), input)
  const { arn, spec, secret } = findKey(keys, KeyId)
  if (spec !== 'ECC_NIST_P256') throw new Refusal('UnsupportedOperationException', `${arn}: ${spec} has no public key`)
  return {
    KeyId: arn,
    PublicKey: createPublicKey(secret).export({ type: 'spki', format: 'der' }).toString('base64'),
    KeySpec: spec,
    CustomerMasterKeySpec: spec,
    KeyUsage: 'SIGN_VERIFY',
    SigningAlgorithms: ['ECDSA_SHA_256'],
  }
}

const macRequest = z.strictObject({ KeyId: z.string(), Message: z.string(), MacAlgorithm: z.string() })

function generateMac(keys: Keys, input: unknown): object {
  const { arn, algorithm, mac } = macOf(keys, readInput(macRequest, input))
  return { KeyId: arn, Mac: mac.toString('base64'), MacAlgorithm: algorithm }
}

function verifyMac(keys: Keys, input: unknown): object {
  const { Mac, ...request } = readInput(macRequest.extend({ Mac: z.string() }), input)
  const { arn, algorithm, mac } = macOf(keys, request)
  const presented = Buffer.from(Mac, 'base64')
  if (presented.length !== mac.length || !timingSafeEqual(presented, mac)) {
    throw new Refusal('KMSInvalidMacException', `Mac: not the HMAC of this message under ${arn}`)
  }
  return { KeyId: arn, MacValid: true, MacAlgorithm: algorithm }
}

/** Bytes of a message, the limit of GenerateMac and VerifyMac (KMS API Reference). */
const longestMessage = 4096

function macOf(keys: Keys, { KeyId, Message, MacAlgorithm }: z.infer<typeof macRequest>) {
  const { arn, secret } = keyFor('HMAC_256', 'HMAC_SHA_256', keys, KeyId, MacAlgorithm)
  const message = Buffer.from(Message, 'base64')
  if (message.length < 1 || message.length > longestMessage) {
    throw new Refusal('ValidationException', `Message: expected 1 to ${longestMessage} bytes, got ${message.length}`)
  }
  return { arn, algorithm: MacAlgorithm, mac: createHmac('sha256', secret).update(message).digest() }
}

function keyFor(spec: KeySpec, algorithm: string, keys: Keys, id: string, asked: string): Key {
  const key = findKey(keys, id)
  if (key.spec === spec && asked === algorithm) return key
  throw new Refusal('InvalidKeyUsageException', `${key.arn}: a key of ${key.spec} cannot do ${asked} here`)
}

function findKey(keys: Keys, id: string): Key {
  const key = keys.get(id)
  if (key) return key
  throw new Refusal('NotFoundException', `KeyId: ${id} does not exist`)
}
