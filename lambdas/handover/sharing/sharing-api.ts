import middy, { type MiddlewareObj } from '@middy/core'
import type { APIGatewayProxyEvent, APIGatewayProxyResult } from 'aws-lambda'
import { atOnce } from '../../shared/at-once.ts'
import { header } from '../../shared/json-request.ts'
import { log } from '../../shared/log.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import type { Agreement } from '../agreement.ts'
import type { Ledger } from '../ledger-store.ts'
import { isChangeManifest, type Manifest } from '../manifest.ts'
import type { Jwks } from '../signature.ts'
import { answeredCapabilities, type Capabilities, readCapabilities } from './capabilities.ts'
import { filePage } from './file-page.ts'
import type { Links } from './link-client.ts'
import { listPage } from './list-page.ts'
import { provenManifest } from './proven-manifest-steps.ts'
import { checkNames, type SharedTable, schemaOf, shareOf, tableNamed, tablesOf } from './share.ts'
import type { SharedReads } from './shared-read-store.ts'
import { SharingRefusal, wrongValue } from './sharing-refusal.ts'
import { claimedToken, holds, type SharingToken } from './sharing-token.ts'
import type { SharingTokens } from './sharing-token-store.ts'
import { fileLine, filesOf, metaDataLine, ndjson, protocolLine, type SharedFile } from './table-lines.ts'
import { placeToken, readChangesQuery, readInstant, readMetadataQuery, readTableQuery } from './table-query.ts'
import { type At, changedVersions, type Version, versionAt, versionFrom, versionsOf } from './versions.ts'

export interface SharingNeeds {
  readonly agreements: readonly Agreement[]
  readonly tokens: SharingTokens
  readonly ledger: Pick<Ledger, 'head' | 'publications'>
  readonly published: ObjectStore
  /** The public keys whose signatures count. */
  readonly jwks: () => Promise<Jwks>
  /** Links to a recipient's objects. */
  readonly links: (recipient: string) => Promise<Links>
  readonly reads: SharedReads
  readonly clock: () => Date
}

interface Request {
  readonly event: APIGatewayProxyEvent
  readonly agreement: Agreement
  readonly token: SharingToken
}

type Endpoint = (needs: SharingNeeds, request: Request) => Promise<APIGatewayProxyResult> | APIGatewayProxyResult

/** The Delta Sharing protocol, by method and path. */
export const sharingEndpoints: Readonly<Record<string, Endpoint>> = {
  'GET /delta-sharing/shares': listShares,
  'GET /delta-sharing/shares/{share}': showShare,
  'GET /delta-sharing/shares/{share}/schemas': listSchemas,
  'GET /delta-sharing/shares/{share}/schemas/{schema}/tables': listTables,
  'GET /delta-sharing/shares/{share}/all-tables': listTables,
  'GET /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/version': tableVersion,
  // The protocol's older way to ask for the version
  'HEAD /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}': tableVersion,
  'GET /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/metadata': tableMetadata,
  'POST /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/query': queryTable,
  'GET /delta-sharing/shares/{share}/schemas/{schema}/tables/{table}/changes': tableChanges,
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
async function admitted({ tokens, agreements, clock }: SharingNeeds, event: APIGatewayProxyEvent): Promise<Request> {
  const claimed = claimedToken(header(event, 'authorization'))
  const token = claimed && (await tokens.find(claimed.recipient, claimed.sha256))
  const agreement = agreements.find(({ recipient }) => recipient === token?.recipient)
  if (!token || !agreement || !holds(token, clock())) throw new SharingRefusal('unauthenticated')
  return { event, agreement, token }
}

function listShares(_: SharingNeeds, { event, agreement }: Request) {
  return json(listPage('shares', [shareOf(agreement)], parametersOf(event)))
}

function showShare(_: SharingNeeds, { event, agreement }: Request) {
  checkNames(agreement, event.pathParameters ?? {})
  return json({ share: shareOf(agreement) })
}

function listSchemas(_: SharingNeeds, { event, agreement }: Request) {
  checkNames(agreement, event.pathParameters ?? {})
  return json(listPage('schemas', [schemaOf(agreement)], parametersOf(event)))
}

function listTables(_: SharingNeeds, { event, agreement }: Request) {
  checkNames(agreement, event.pathParameters ?? {})
  return json(listPage('tables', tablesOf(agreement), parametersOf(event)))
}

async function tableVersion(needs: SharingNeeds, { event, agreement }: Request) {
  tableNamed(agreement, event.pathParameters ?? {})
  const { startingTimestamp } = parametersOf(event)
  const versions = await versionsFor(needs, agreement)
  const { sequence } =
    startingTimestamp === undefined
      ? versionAt(versions, 'newest')
      : versionFrom(versions, new Date(readInstant('startingTimestamp', startingTimestamp)))
  return { statusCode: 200, headers: { ...uncached, 'delta-table-version': String(sequence) }, body: '' }
}

async function tableMetadata(needs: SharingNeeds, request: Request) {
  const { event, agreement } = request
  const { table, capabilities } = tableRequest(request)
  const manifest = await snapshotAt(needs, agreement, table, readMetadataQuery(parametersOf(event)))
  const lines = [protocolLine, metaDataLine(table, manifest.handover, manifest)]
  // Two lines and no more, whatever the reader can do
  return ndjsonAnswer(manifest.handover.sequence, { ...capabilities, includeEndStreamAction: false }, lines)
}

async function queryTable(needs: SharingNeeds, request: Request) {
  const { event, agreement } = request
  const { table, capabilities } = tableRequest(request)
  const { at, place, hint, maxFiles, includeRefreshToken } = readTableQuery(contentOf(event), table.id)
  const manifest = await snapshotAt(needs, agreement, table, place ? { version: place.last } : at)
  const { sequence } = manifest.handover
  const files = filesOf(manifest, table.name, 'file').filter(({ province }) => hint(province))
  const page = filePage(files, place?.file ?? 0, capabilities, maxFiles)
  const head = [protocolLine, metaDataLine(table, manifest.handover, manifest)]
  const refreshToken = includeRefreshToken && placeToken(table.id, { first: sequence, last: sequence, file: 0 })
  return filesAnswer(needs, request, {
    first: sequence,
    last: sequence,
    head,
    page,
    ...(refreshToken && { refreshToken }),
  })
}

async function tableChanges(needs: SharingNeeds, request: Request) {
  const { event, agreement } = request
  const { table, capabilities } = tableRequest(request)
  const { range, place, maxFiles } = readChangesQuery(parametersOf(event), table.id)
  const { from, to } = place ? { from: { version: place.first }, to: { version: place.last } } : range
  const changed = changedVersions(await versionsFor(needs, agreement), { from, to })
  const manifests = await atOnce(manifestsAtOnce, changed, version => kept(needs, version.changes ?? version))
  const files = manifests.flatMap(manifest => filesOf(manifest, table.name, 'add'))
  const page = filePage(files, place?.file ?? 0, capabilities, maxFiles)
  const { handover } = manifests.at(-1) ?? (await snapshotAt(needs, agreement, table, 'newest'))
  const head = [protocolLine, metaDataLine(table, handover)]
  const first = 'version' in from ? from.version : (changed[0]?.sequence ?? 0)
  return filesAnswer(needs, request, { first, last: changed.at(-1)?.sequence ?? first, head, page })
}

const manifestsAtOnce = 8

function tableRequest({ event, agreement }: Request) {
  return {
    capabilities: readCapabilities(header(event, 'delta-sharing-capabilities'), header(event, 'fileidhash')),
    table: tableNamed(agreement, event.pathParameters ?? {}),
  }
}

async function versionsFor({ ledger }: SharingNeeds, { recipient }: Agreement): Promise<readonly Version[]> {
  const [head, publications] = await Promise.all([ledger.head(recipient), ledger.publications(recipient)])
  return versionsOf(
    head,
    publications.map(({ facts }) => facts),
  )
}

/** @throws SharingRefusal when the table is no part of that version. */
async function snapshotAt(needs: SharingNeeds, agreement: Agreement, { name }: SharedTable, at: At): Promise<Manifest> {
  const manifest = await kept(needs, versionAt(await versionsFor(needs, agreement), at))
  if (isChangeManifest(manifest)) throw new Error('the manifest of a snapshot is that of a change set')
  if (!manifest.handover.totals[name]) throw wrongValue('version', 'one that has this table')
  return manifest
}

async function kept(needs: SharingNeeds, version: { readonly manifestKey: string; readonly manifestSha256: string }) {
  const manifest = await provenManifest(needs, version)
  if (!manifest) throw wrongValue('version', 'one that is still kept')
  return manifest
}

interface FilesAnswer {
  readonly first: number
  readonly last: number
  readonly head: readonly object[]
  readonly page: { readonly files: readonly SharedFile[]; readonly next?: number }
  readonly refreshToken?: string
}

/** No record, no links: which files the recipient is given is written down first. */
async function filesAnswer(
  { links, reads, clock }: SharingNeeds,
  request: Request,
  { first, last, head, page: { files, next }, refreshToken }: FilesAnswer,
) {
  const { event, agreement, token } = request
  const { table, capabilities } = tableRequest(request)
  const { recipient } = agreement
  await reads.add({
    recipient,
    instant: clock(),
    requestId: event.requestContext.requestId,
    tokenSha256: token.sha256,
    sourceIp: event.requestContext.identity.sourceIp,
    table: table.name,
    versions: [first, last],
    files: files.map(({ sha256 }) => sha256),
  })
  log.info('share read', { recipient, dataset: table.name, sequence: last, files: files.length })
  const { to, expiresAt } = await links(recipient)
  const lines = await atOnce(linksAtOnce, files, async file => fileLine(file, await to(file.key), expiresAt))
  const endStreamAction = {
    ...(next !== undefined && { nextPageToken: placeToken(table.id, { first, last, file: next }) }),
    ...(refreshToken && { refreshToken }),
    minUrlExpirationTimestamp: expiresAt.getTime(),
  }
  const end = capabilities.includeEndStreamAction ? [{ endStreamAction }] : []
  return ndjsonAnswer(first, capabilities, [...head, ...lines, ...end])
}

const linksAtOnce = 16

const uncached = { 'cache-control': 'no-store' }

function json(content: object): APIGatewayProxyResult {
  const headers = { ...uncached, 'content-type': 'application/json; charset=utf-8' }
  return { statusCode: 200, headers, body: JSON.stringify(content) }
}

function ndjsonAnswer(version: number, capabilities: Capabilities, lines: readonly object[]): APIGatewayProxyResult {
  return {
    statusCode: 200,
    headers: {
      ...uncached,
      'content-type': 'application/x-ndjson; charset=utf-8',
      'delta-table-version': String(version),
      ...answeredCapabilities(capabilities),
    },
    body: ndjson(lines),
  }
}

function parametersOf({ queryStringParameters }: APIGatewayProxyEvent): Readonly<Record<string, string | undefined>> {
  return queryStringParameters ?? {}
}

/** Never kept or logged: hints can name somebody. */
function contentOf({ body, isBase64Encoded }: APIGatewayProxyEvent): unknown {
  const text = Buffer.from(body ?? '', isBase64Encoded ? 'base64' : 'utf8').toString()
  if (text.trim() === '') return {}
  try {
    return JSON.parse(text)
  } catch {
    throw new SharingRefusal('malformed-body')
  }
}

/** Answers every error in the protocol's form; one that is ours says nothing of itself. */
function sharingErrors(): MiddlewareObj<APIGatewayProxyEvent, APIGatewayProxyResult> {
  return {
    onError(request) {
      const { error } = request
      const refusal = error instanceof SharingRefusal ? error : new SharingRefusal('unavailable')
      if (refusal !== error) log.error('request failed', error)
      const { status, errorCode, message } = refusal
      const { headers, ...answer } = json({ errorCode, message })
      request.response = {
        ...answer,
        statusCode: status,
        headers: { ...headers, ...(status === 401 && { 'www-authenticate': 'Bearer' }) },
      }
    },
  }
}
