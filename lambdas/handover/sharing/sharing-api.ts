import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { header } from '../../shared/json-request.ts'
import { log } from '../../shared/log.ts'
import type { Agreement } from '../agreement.ts'
import { listPage } from './list-page.ts'
import { checkNames, schemaOf, shareOf, tablesOf } from './share.ts'
import { queryTable, type TableNeeds, tableChanges, tableMetadata, tableVersion } from './shared-table-api.ts'
import { documentAnswer, refusalAnswer } from './sharing-answer.ts'
import { SharingRefusal } from './sharing-refusal.ts'
import { parametersOf, type SharingRequest, type TableRequest, tableRequest } from './sharing-request.ts'
import { claimedToken, holds } from './sharing-token.ts'
import type { SharingTokens } from './sharing-token-store.ts'

export interface SharingNeeds extends TableNeeds {
  readonly agreements: readonly Agreement[]
  readonly tokens: SharingTokens
}

type Answer = Promise<APIGatewayProxyResult> | APIGatewayProxyResult
type Endpoint = (needs: SharingNeeds, request: SharingRequest) => Answer

/** The Delta Sharing protocol, by method and path. */
export const sharingEndpoints: Readonly<Record<string, Endpoint>> = {
  'GET /delta-sharing/shares': listShares,
  'GET /delta-sharing/shares/{share}': showShare,
  'GET /delta-sharing/shares/{share}/schemas': listSchemas,
  'GET /delta-sharing/shares/{share}/schemas/{schema}/tables': listTables,
  'GET /delta-sharing/shares/{share}/all-tables': listTables,
  'GET /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/version': ofTable(tableVersion),
  // The protocol's older way to ask for the version
  'HEAD /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}': ofTable(tableVersion),
  'GET /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/metadata': ofTable(tableMetadata),
  'POST /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/query': ofTable(queryTable),
  'GET /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/changes': ofTable(tableChanges),
}

/** Kept of the function's time for saying that something did not answer. */
const millisecondsToRefuse = 500

/** Everything below `/delta-sharing`: who asks is told by a token of sharing, which is looked at here and nowhere before. */
export function sharingApi(needs: SharingNeeds) {
  return middy<APIGatewayProxyEvent, APIGatewayProxyResult>({ timeoutEarlyInMillis: millisecondsToRefuse })
    .use(sharingErrors())
    .handler(async event => {
      const request = await admitted(needs, event)
      const endpoint = sharingEndpoints[`${event.httpMethod} ${event.resource}`]
      if (!endpoint) throw new SharingRefusal('no-such-resource')
      return endpoint(needs, request)
    })
}

/** One refusal for every token that does not hold, whatever the reason. */
async function admitted({ tokens, agreements, clock }: SharingNeeds, event: APIGatewayProxyEvent) {
  const claimed = claimedToken(header(event, 'authorization'))
  const token = claimed && (await tokens.find(claimed.recipient, claimed.sha256))
  const agreement = agreements.find(({ recipient }) => recipient === token?.recipient)
  if (!token || !agreement || !holds(token, clock())) throw new SharingRefusal('unauthenticated')
  return { event, agreement, token }
}

function listShares(_: SharingNeeds, request: SharingRequest) {
  return documentAnswer(listPage('shares', [shareOf(request.agreement)], parametersOf(request)))
}

function showShare(_: SharingNeeds, { event, agreement }: SharingRequest) {
  checkNames(agreement, event.pathParameters ?? {})
  return documentAnswer({ share: shareOf(agreement) })
}

function listSchemas(_: SharingNeeds, request: SharingRequest) {
  const { event, agreement } = request
  checkNames(agreement, event.pathParameters ?? {})
  return documentAnswer(listPage('schemas', [schemaOf(agreement)], parametersOf(request)))
}

function listTables(_: SharingNeeds, request: SharingRequest) {
  const { event, agreement } = request
  checkNames(agreement, event.pathParameters ?? {})
  return documentAnswer(listPage('tables', tablesOf(agreement), parametersOf(request)))
}

function ofTable(answer: (needs: TableNeeds, request: TableRequest) => Answer): Endpoint {
  return (needs, request) => answer(needs, tableRequest(request))
}

/** Answers every error in the protocol's form; one that is ours says nothing of itself. */
function sharingErrors(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    onError(request) {
      const { error } = request
      if (!(error instanceof SharingRefusal)) log.error('request failed', error)
      request.response = refusalAnswer(error instanceof SharingRefusal ? error : new SharingRefusal('unavailable'))
    },
  }
}
