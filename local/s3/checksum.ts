import { createHash } from 'node:crypto'
import { crc32cDigest, crc32Digest, crc64nvmeDigest } from './crc.ts'
import { S3Error } from './error.ts'

export const algorithms = ['CRC32', 'CRC32C', 'CRC64NVME', 'SHA1', 'SHA256'] as const
export type Algorithm = (typeof algorithms)[number]

export interface Checksum {
  readonly algorithm: Algorithm
  /** A composite one is the checksum of the parts' checksums, and their number after a hyphen. */
  readonly type: 'COMPOSITE' | 'FULL_OBJECT'
  /** Base64. */
  readonly value: string
}

export interface Digest {
  update(chunk: Uint8Array): void
  digest(): Buffer
}

export function newDigest(algorithm: Algorithm): Digest {
  return digests[algorithm]()
}

export function fullChecksum(algorithm: Algorithm, digest: Digest): Checksum {
  return { algorithm, type: 'FULL_OBJECT', value: digest.digest().toString('base64') }
}

export function compositeChecksum(algorithm: Algorithm, parts: readonly string[]): Checksum {
  const digest = newDigest(algorithm)
  for (const part of parts) digest.update(Buffer.from(part, 'base64'))
  return { algorithm, type: 'COMPOSITE', value: `${digest.digest().toString('base64')}-${parts.length}` }
}

export function checksumHeader(algorithm: Algorithm): `x-amz-checksum-${string}` {
  return `x-amz-checksum-${algorithm.toLowerCase()}`
}

export function checksumHeaders(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {}
  return { [checksumHeader(checksum.algorithm)]: checksum.value, 'x-amz-checksum-type': checksum.type }
}

export function checksumElements(checksum: Checksum | undefined): Record<string, string> {
  if (!checksum) return {}
  return { [`Checksum${checksum.algorithm}`]: checksum.value, ChecksumType: checksum.type }
}

export function readAlgorithm(text: string | undefined): Algorithm | undefined {
  if (text === undefined) return undefined
  const algorithm = algorithms.find(one => one === text.toUpperCase())
  if (!algorithm) throw new S3Error('NotImplemented', `Checksum algorithm ${text}: only ${algorithms} are implemented`)
  return algorithm
}

const digests: Readonly<Record<Algorithm, () => Digest>> = {
  CRC32: crc32Digest,
  CRC32C: crc32cDigest,
  CRC64NVME: crc64nvmeDigest,
  SHA1: () => createHash('sha1'),
  SHA256: () => createHash('sha256'),
}
