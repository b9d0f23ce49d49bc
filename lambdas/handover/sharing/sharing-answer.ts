import type { APIGatewayProxyResult } from 'aws-lambda'
import { answeredCapabilities, type Capabilities } from './capabilities.ts'
import type { SharingRefusal } from './sharing-refusal.ts'

const uncached = { 'cache-control': 'no-store' }

/** One document in one line: a reader may read no further than the first. */
export function documentAnswer(content: object): APIGatewayProxyResult {
  const headers = { ...uncached, 'content-type': 'application/json; charset=utf-8' }
  return { statusCode: 200, headers, body: JSON.stringify(content) }
}

/** A version and nothing else. */
export function versionAnswer(version: number): APIGatewayProxyResult {
  return { statusCode: 200, headers: { ...uncached, ...tableVersion(version) }, body: '' }
}

/** One compact object a line, and no line that is empty. */
export function linesAnswer(
  version: number,
  capabilities: Capabilities,
  lines: readonly object[],
): APIGatewayProxyResult {
  return {
    statusCode: 200,
    headers: {
      ...uncached,
      'content-type': 'application/x-ndjson; charset=utf-8',
      ...tableVersion(version),
      ...answeredCapabilities(capabilities),
    },
    body: lines.map(line => `${JSON.stringify(line)}\n`).join(''),
  }
}

export function refusalAnswer({ status, errorCode, message }: SharingRefusal): APIGatewayProxyResult {
  const { headers, body } = documentAnswer({ errorCode, message })
  return { statusCode: status, headers: { ...headers, ...(status === 401 && { 'www-authenticate': 'Bearer' }) }, body }
}

function tableVersion(version: number) {
  return { 'delta-table-version': String(version) }
}
