import type { APIGatewayProxyEvent } from 'aws-lambda'
import { header } from '../../shared/json-request.ts'
import type { Agreement } from '../agreement.ts'
import { type Capabilities, readCapabilities } from './capabilities.ts'
import { type SharedTable, tableNamed } from './share.ts'
import { SharingRefusal } from './sharing-refusal.ts'
import type { SharingToken } from './sharing-token.ts'

/** What a recipient asks, once its token holds. */
export interface SharingRequest {
  readonly event: APIGatewayProxyEvent
  readonly agreement: Agreement
  readonly token: SharingToken
}

/** The same of one of its tables. */
export interface TableRequest extends SharingRequest {
  readonly table: SharedTable
  readonly capabilities: Capabilities
}

/** @throws SharingRefusal when the recipient has no such table, or its reader cannot read what we answer. */
export function tableRequest(request: SharingRequest): TableRequest {
  const { event, agreement } = request
  return {
    ...request,
    table: tableNamed(agreement, event.pathParameters ?? {}),
    capabilities: readCapabilities(header(event, 'delta-sharing-capabilities'), header(event, 'fileidhash')),
  }
}

export function parametersOf({ event }: SharingRequest): Readonly<Record<string, string | undefined>> {
  return event.queryStringParameters ?? {}
}

/** Never kept or logged: hints can name somebody. @throws SharingRefusal */
export function contentOf({ event: { body, isBase64Encoded } }: SharingRequest): unknown {
  const text = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString()
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new SharingRefusal('malformed-body')
  }
}
