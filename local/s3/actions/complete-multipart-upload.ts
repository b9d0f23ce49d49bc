import { createHash } from 'node:crypto'
import { digest, readXmlBody } from '../body.ts'
import type { Bucket } from '../bucket.ts'
import { algorithms, type Checksum, checksumElements, checksumHeader, compositeChecksum } from '../checksum.ts'
import { checkWrite } from '../conditions.ts'
import { openData, stageData } from '../data-file.ts'
import { S3Error } from '../error.ts'
import type { Operation, S3Request } from '../request.ts'
import { announce, findBucket } from '../store.ts'
import { findUpload, type Part, removeUpload, type Upload } from '../upload.ts'
import { addObject, type NewObject, versionHeader } from '../version.ts'
import { childrenNamed, childText, malformed, writeXml, type XmlElement } from '../xml.ts'

/** 5 MiB, for every part but the last: docs.aws.amazon.com/AmazonS3/latest/userguide/qfacts.html */
const smallestPart = 5 * 2 ** 20

export const completeMultipartUpload: Operation = {
  method: 'POST',
  on: 'object',
  when: ['uploadId'],
  takes: ['if-match', 'if-none-match', 'x-amz-checksum-type', 'x-amz-mp-object-size'],
  async answer(request, store) {
    const { key, headers } = request
    const bucket = findBucket(store, request.bucket)
    const upload = findUpload(bucket, key, request.query.get('uploadId'))
    const parts = readParts(await readXmlBody(withoutChecksums(request), 'CompleteMultipartUpload'), upload)
    const joined = await stageData(bucket, write =>
      digest(bytesOf(bucket, upload, parts), upload.checksum?.algorithm, write),
    )
    const checksum = checksumOf(upload, parts, joined.checksum)
    const added: NewObject = {
      lastModified: store.clock().toISOString(),
      file: joined.file,
      size: joined.size,
      etag: etagOf(parts),
      headers: upload.headers,
      tags: upload.tags,
      checksum,
      uploadId: upload.uploadId,
      parts: parts.map(part => ({ size: part.size, checksum: part.checksum })),
    }
    const version = addObject(bucket, key, added, current => {
      findUpload(bucket, key, upload.uploadId)
      checkClaims(headers, joined.size, checksum)
      checkWrite(headers, key, current)
    })
    removeUpload(bucket, upload)
    announce(store, bucket, key, version)
    const fields = { Bucket: bucket.name, Key: key, ETag: `"${added.etag}"`, ...checksumElements(checksum) }
    return { headers: versionHeader(bucket, version), body: writeXml('CompleteMultipartUploadResult', fields) }
  },
}

/** Here the checksum headers speak of the object, not of the XML in the body. */
function withoutChecksums(request: S3Request): S3Request {
  const ofObject = algorithms.map<string>(checksumHeader)
  const headers = Object.entries(request.headers).filter(([name]) => !ofObject.includes(name))
  return { ...request, headers: Object.fromEntries(headers) }
}

function readParts(body: XmlElement, upload: Upload): Part[] {
  const asked = childrenNamed(body, 'Part')
  if (asked.length === 0) malformed('has no Part')
  const parts = asked.map(element => readPart(element, upload))
  parts.forEach((part, index) => {
    if (part.number <= (parts[index - 1]?.number ?? 0)) {
      throw new S3Error('InvalidPartOrder', `The list of parts was not in ascending order: ${part.number}`)
    }
    if (part.size < smallestPart && index < parts.length - 1) {
      throw new S3Error(
        'EntityTooSmall',
        `Part ${part.number} has ${part.size} bytes; all but the last need ${smallestPart}`,
      )
    }
  })
  return parts
}

function readPart(element: XmlElement, upload: Upload): Part {
  const number = Number(childText(element, 'PartNumber'))
  const etag = childText(element, 'ETag')?.replace(/^"|"$/g, '')
  const part = upload.parts.find(one => one.number === number)
  if (part?.md5 !== etag || !part) {
    throw new S3Error('InvalidPart', `Part ${number} was not uploaded, or not with the ETag ${etag}`)
  }
  const claimed = part.checksum && childText(element, `Checksum${part.checksum.algorithm}`)
  if (claimed === undefined && upload.checksum?.type === 'COMPOSITE') {
    throw new S3Error(
      'InvalidRequest',
      `The complete request must include the checksum for each part, missing for ${number}`,
    )
  }
  if (claimed !== undefined && claimed !== part.checksum?.value) {
    throw new S3Error('InvalidPart', `Part ${number} does not have the checksum ${claimed}`)
  }
  return part
}

/** Looks at the upload before each part: it may be completed, aborted or given another part meanwhile. */
async function* bytesOf(bucket: Bucket, upload: Upload, parts: readonly Part[]): AsyncGenerator<Uint8Array> {
  for (const part of parts) {
    if (!findUpload(bucket, upload.key, upload.uploadId).parts.includes(part)) {
      throw new S3Error('InvalidPart', `Part ${part.number} was replaced while the upload was being completed`)
    }
    yield* openData(bucket, part.file)
  }
}

function checksumOf({ checksum }: Upload, parts: readonly Part[], whole: Checksum | undefined): Checksum | undefined {
  if (checksum?.type !== 'COMPOSITE') return whole
  return compositeChecksum(
    checksum.algorithm,
    parts.map(part => part.checksum?.value ?? ''),
  )
}

/** The MD5 of the parts' MD5s, and how many they are. */
function etagOf(parts: readonly Part[]): string {
  const hash = createHash('md5')
  for (const part of parts) hash.update(part.md5, 'hex')
  return `${hash.digest('hex')}-${parts.length}`
}

function checkClaims(headers: S3Request['headers'], size: number, checksum: Checksum | undefined): void {
  const type = headers['x-amz-checksum-type']
  if (type !== undefined && type !== checksum?.type) {
    throw new S3Error('InvalidRequest', `The upload was created with checksum type ${checksum?.type}, not ${type}`)
  }
  const claimedSize = headers['x-amz-mp-object-size']
  if (claimedSize !== undefined && Number(claimedSize) !== size) {
    throw new S3Error(
      'InvalidRequest',
      `The provided x-amz-mp-object-size ${claimedSize} is not the ${size} of the parts`,
    )
  }
  for (const algorithm of algorithms) {
    const claimed = headers[checksumHeader(algorithm)]
    if (claimed !== undefined && (algorithm !== checksum?.algorithm || claimed !== checksum.value)) {
      throw new S3Error('BadDigest', `The ${algorithm} you specified did not match the calculated checksum.`)
    }
  }
}
