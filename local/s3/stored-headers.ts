import type { S3Request } from './request.ts'

export const contentHeaders: readonly string[] = [
  'cache-control',
  'content-disposition',
  'content-encoding',
  'content-language',
  'content-type',
  'expires',
]

/** What a GET gives back as it was put: content headers and x-amz-meta-*. */
export function storedHeaders(headers: S3Request['headers']): Record<string, string> {
  const sent = Object.entries(headers)
    .filter(([name]) => contentHeaders.includes(name) || name.startsWith('x-amz-meta-'))
    .map(([name, value]) => [name, name === 'content-encoding' ? withoutAwsChunked(value) : value] as const)
    .filter(([, value]) => value !== '')
  return { 'content-type': 'binary/octet-stream', ...Object.fromEntries(sent) }
}

/** The framing of the request, not a coding of the object. */
function withoutAwsChunked(codings: string): string {
  return codings
    .split(',')
    .map(coding => coding.trim())
    .filter(coding => coding !== 'aws-chunked')
    .join(',')
}
