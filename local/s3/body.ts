import { createHash } from 'node:crypto'
import { decodeAwsChunked, malformedTrailer } from './aws-chunked.ts'
import { type Algorithm, algorithms, type Checksum, checksumHeader, fullChecksum, newDigest } from './checksum.ts'
import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'
import { readXml, type XmlElement } from './xml.ts'

export interface Digested {
  readonly size: number
  /** Hexadecimal. */
  readonly md5: string
  readonly checksum?: Checksum | undefined
}

export type Write = (chunk: Uint8Array) => unknown

/** 1,000 keys to delete or 10,000 parts to join, each with room for escapes. */
const longestXml = 8 * 2 ** 20

/** Hands the bytes on and then holds them against every length and sum that came with them; throws when one differs. */
export async function receive(request: S3Request, write: Write): Promise<Digested> {
  const { headers } = request
  const payloadHash = headers['x-amz-content-sha256'] ?? 'UNSIGNED-PAYLOAD'
  const framed = isFramed(payloadHash)
  const length = headers[framed ? 'x-amz-decoded-content-length' : 'content-length']
  if (length === undefined) throw new S3Error('MissingContentLength', 'You must provide the Content-Length HTTP header')

  const trailers = new Map<string, string>()
  const bytes = framed ? decodeAwsChunked(request.body, trailers) : request.body
  const algorithm = sentAlgorithm(headers)
  const signed = payloadHash === 'UNSIGNED-PAYLOAD' || framed ? undefined : createHash('sha256')
  const digested = await digest(bytes, algorithm, async chunk => {
    signed?.update(chunk)
    await write(chunk)
  })

  if (digested.size !== Number(length)) {
    throw new S3Error('IncompleteBody', `The request promised ${length} bytes and brought ${digested.size}`)
  }
  if (signed && signed.digest('hex') !== payloadHash) {
    throw new S3Error('XAmzContentSHA256Mismatch', "The provided 'x-amz-content-sha256' header does not match the body")
  }
  verifyMd5(headers['content-md5'], digested.md5)
  if (algorithm) verifyChecksum(algorithm, headers, trailers, digested)
  return digested
}

export async function digest(
  bytes: AsyncIterable<Uint8Array>,
  algorithm: Algorithm | undefined,
  write: Write,
): Promise<Digested> {
  const md5 = createHash('md5')
  const sum = algorithm && { algorithm, digest: newDigest(algorithm) }
  let size = 0
  for await (const chunk of bytes) {
    size += chunk.length
    md5.update(chunk)
    sum?.digest.update(chunk)
    await write(chunk)
  }
  return { size, md5: md5.digest('hex'), checksum: sum && fullChecksum(sum.algorithm, sum.digest) }
}

export async function readXmlBody(request: S3Request, root: string): Promise<XmlElement> {
  const chunks: Uint8Array[] = []
  let size = 0
  await receive(request, chunk => {
    size += chunk.length
    if (size > longestXml) throw new S3Error('EntityTooLarge', `The XML is longer than ${longestXml} bytes`)
    chunks.push(chunk)
  })
  return readXml(Buffer.concat(chunks).toString(), root)
}

function isFramed(payloadHash: string): boolean {
  if (payloadHash === 'STREAMING-UNSIGNED-PAYLOAD-TRAILER') return true
  if (payloadHash === 'UNSIGNED-PAYLOAD' || /^[0-9a-f]{64}$/.test(payloadHash)) return false
  throw new S3Error('NotImplemented', `x-amz-content-sha256: ${payloadHash} is not implemented`)
}

function sentAlgorithm(headers: S3Request['headers']): Algorithm | undefined {
  const names = [...Object.keys(headers), headers['x-amz-trailer']]
  const sent = algorithms.filter(one => names.includes(checksumHeader(one)))
  if (sent.length > 1) throw new S3Error('InvalidRequest', 'Expecting a single x-amz-checksum- header, not several')
  const [algorithm] = sent
  if (!algorithm && ('x-amz-sdk-checksum-algorithm' in headers || 'x-amz-trailer' in headers)) {
    throw new S3Error(
      'InvalidRequest',
      'x-amz-sdk-checksum-algorithm or x-amz-trailer specified, but no corresponding x-amz-checksum-* was found',
    )
  }
  return algorithm
}

function verifyMd5(claimed: string | undefined, md5: string): void {
  if (claimed === undefined) return
  const bytes = Buffer.from(claimed, 'base64')
  if (bytes.length !== 16) throw new S3Error('InvalidDigest', `The Content-MD5 you specified is not valid: ${claimed}`)
  if (bytes.toString('hex') !== md5) {
    throw new S3Error('BadDigest', 'The Content-MD5 you specified did not match what we received')
  }
}

function verifyChecksum(
  algorithm: Algorithm,
  headers: S3Request['headers'],
  trailers: ReadonlyMap<string, string>,
  { checksum }: Digested,
): void {
  const name = checksumHeader(algorithm)
  const claimed = headers[name] ?? trailers.get(name)
  if (claimed === undefined) throw malformedTrailer(`${name} is missing`)
  if (claimed !== checksum?.value) {
    throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
  }
}
