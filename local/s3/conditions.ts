import { S3Error } from './error.ts'
import type { S3Request } from './request.ts'
import type { ObjectVersion } from './version.ts'

/** `If-None-Match: *` writes only where nothing is, `If-Match` only over the ETag that it names. */
export function checkWrite(headers: S3Request['headers'], key: string, current: ObjectVersion | undefined): void {
  const none = headers['if-none-match']
  const match = headers['if-match']
  if (none !== undefined && none !== '*') {
    throw new S3Error('NotImplemented', `If-None-Match on a write takes only *, not ${none}`)
  }
  if (none !== undefined && current) throw failed('If-None-Match')
  if (match === undefined) return
  if (!current) throw new S3Error('NoSuchKey', `The specified key does not exist: ${key}`)
  if (!names(match, current)) throw failed('If-Match')
}

/** RFC 9110, section 13.2.2: a condition on the ETag goes before the one on the date. */
export function checkRead(headers: S3Request['headers'], version: ObjectVersion): 'read' | 'not-modified' {
  const match = headers['if-match']
  if (match !== undefined && !names(match, version)) throw failed('If-Match')
  if (match === undefined && isModified(version, headers['if-unmodified-since'])) throw failed('If-Unmodified-Since')
  const none = headers['if-none-match']
  if (none !== undefined) return names(none, version) ? 'not-modified' : 'read'
  return isUnmodified(version, headers['if-modified-since']) ? 'not-modified' : 'read'
}

function names(etags: string, { etag }: ObjectVersion): boolean {
  return etags
    .split(',')
    .map(one => one.trim().replace(/^(W\/)?"?|"$/g, ''))
    .some(one => one === '*' || one === etag)
}

/** In whole seconds, as HTTP's dates are; one that is absent or cannot be read is no condition. */
function isModified({ lastModified }: ObjectVersion, since: string | undefined): boolean {
  return seconds(lastModified) > seconds(since)
}

function isUnmodified({ lastModified }: ObjectVersion, since: string | undefined): boolean {
  return seconds(lastModified) <= seconds(since)
}

function seconds(date: string | undefined): number {
  return Math.floor(Date.parse(date ?? '') / 1000)
}

function failed(condition: string): S3Error {
  return new S3Error(
    'PreconditionFailed',
    `At least one of the pre-conditions you specified did not hold: ${condition}`,
  )
}
