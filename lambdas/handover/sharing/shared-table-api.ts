import type { APIGatewayProxyResult } from 'aws-lambda'
import { atOnce } from '../../shared/at-once.ts'
import { log } from '../../shared/log.ts'
import type { ObjectStore } from '../../shared/object-store.ts'
import type { Ledger } from '../ledger-store.ts'
import { type AnyManifest, isChangeManifest, type Manifest } from '../manifest.ts'
import type { Jwks } from '../signature.ts'
import { filePage } from './file-page.ts'
import type { LinkSession } from './link-session-client.ts'
import { provenManifest } from './proven-manifest-steps.ts'
import type { SharedReads } from './shared-read-store.ts'
import { linesAnswer, versionAnswer } from './sharing-answer.ts'
import { wrongValue } from './sharing-refusal.ts'
import { contentOf, parametersOf, type TableRequest } from './sharing-request.ts'
import { fileLine, filesOf, metaDataLine, protocolLine, type SharedFile } from './table-lines.ts'
import { placeToken, readChangesQuery, readInstant, readMetadataQuery, readTableQuery } from './table-query.ts'
import { type At, changedVersions, type Version, versionAt, versionFrom, versionsOf } from './versions.ts'

export interface TableNeeds {
  readonly ledger: Pick<Ledger, 'head' | 'publications'>
  readonly published: ObjectStore
  /** The public keys whose signatures count. */
  readonly jwks: () => Promise<Jwks>
  /** By recipient. */
  readonly linkSession: (recipient: string) => Promise<LinkSession>
  readonly reads: SharedReads
  readonly clock: () => Date
}

/** The newest version, or the earliest from an instant on. */
export async function tableVersion(needs: TableNeeds, request: TableRequest) {
  const { startingTimestamp } = parametersOf(request)
  const versions = await versionsFor(needs, request)
  const { sequence } =
    startingTimestamp === undefined
      ? versionAt(versions, 'newest')
      : versionFrom(versions, new Date(readInstant('startingTimestamp', startingTimestamp)))
  return versionAnswer(sequence)
}

/** What a version's columns are. Two lines and no more, whatever the reader can do. */
export async function tableMetadata(needs: TableNeeds, request: TableRequest) {
  const manifest = await snapshotAt(needs, request, readMetadataQuery(parametersOf(request)))
  const capabilities = { ...request.capabilities, includeEndStreamAction: false }
  return linesAnswer(manifest.handover.sequence, capabilities, snapshotHead(request, manifest))
}

/** Links to every file of a version. */
export async function queryTable(needs: TableNeeds, request: TableRequest) {
  const { table, capabilities } = request
  const { at, place, hint, maxFiles, includeRefreshToken } = readTableQuery(contentOf(request), table.id)
  const manifest = await snapshotAt(needs, request, place ? { version: place.last } : at)
  const { sequence } = manifest.handover
  const files = filesOf(manifest, table.name, 'file').filter(({ province }) => hint(province))
  const page = filePage(files, place?.file ?? 0, capabilities, maxFiles)
  const refreshToken = placeToken(table.id, { first: sequence, last: sequence, file: 0 })
  return filesAnswer(needs, request, {
    versions: [sequence, sequence],
    head: snapshotHead(request, manifest),
    page,
    ...(includeRefreshToken && { refreshToken }),
  })
}

/** Links to what changed from version to version. */
export async function tableChanges(needs: TableNeeds, request: TableRequest) {
  const { table, capabilities } = request
  const { range, place, maxFiles } = readChangesQuery(parametersOf(request), table.id)
  const asked = place ? { from: { version: place.first }, to: { version: place.last } } : range
  const { first, last, versions } = changedVersions(await versionsFor(needs, request), asked)
  const manifests = await atOnce(manifestsAtOnce, versions, version =>
    manifestWith(needs, request, version.changes ?? version),
  )
  const files = manifests.flatMap(manifest => filesOf(manifest, table.name, 'add'))
  const { handover } = manifests.at(-1) ?? (await snapshotAt(needs, request, 'newest'))
  return filesAnswer(needs, request, {
    versions: [first, last],
    head: [protocolLine, metaDataLine(table, handover)],
    page: filePage(files, place?.file ?? 0, capabilities, maxFiles),
  })
}

const manifestsAtOnce = 8

function snapshotHead({ table }: TableRequest, manifest: Manifest) {
  return [protocolLine, metaDataLine(table, manifest.handover, manifest)]
}

async function versionsFor(
  { ledger }: TableNeeds,
  { agreement: { recipient } }: TableRequest,
): Promise<readonly Version[]> {
  const [head, publications] = await Promise.all([ledger.head(recipient), ledger.publications(recipient)])
  const published = publications.map(({ facts }) => facts)
  return versionsOf(head, published)
}

async function snapshotAt(needs: TableNeeds, request: TableRequest, at: At): Promise<Manifest> {
  const manifest = await manifestWith(needs, request, versionAt(await versionsFor(needs, request), at))
  if (isChangeManifest(manifest)) throw new Error('the manifest of a snapshot is that of a change set')
  return manifest
}

/** @throws SharingRefusal when it is no longer kept, or the table is no part of it. */
async function manifestWith(
  needs: TableNeeds,
  { table }: TableRequest,
  version: Pick<Version, 'manifestKey' | 'manifestSha256'>,
): Promise<AnyManifest> {
  const manifest = await provenManifest(needs, version)
  if (!manifest) throw wrongValue('version', 'one that is still kept')
  if (!manifest.handover.totals[table.name]) throw wrongValue('version', 'one that has this table')
  return manifest
}

interface Files {
  /** The first and the last. */
  readonly versions: readonly [number, number]
  readonly head: readonly object[]
  readonly page: { readonly files: readonly SharedFile[]; readonly next?: number }
  readonly refreshToken?: string
}

/** No record, no links: which files the recipient is given is written down first. */
async function filesAnswer(
  { linkSession, reads, clock }: TableNeeds,
  { event, agreement: { recipient }, token, table, capabilities }: TableRequest,
  { versions, head, page: { files, next }, refreshToken }: Files,
): Promise<APIGatewayProxyResult> {
  const [first, last] = versions
  await reads.add({
    recipient,
    instant: clock(),
    requestId: event.requestContext.requestId,
    tokenSha256: token.sha256,
    sourceIp: event.requestContext.identity.sourceIp,
    table: table.name,
    versions,
    files: files.map(({ sha256 }) => sha256),
  })
  log.info('share read', { recipient, dataset: table.name, sequence: last, files: files.length })
  const { linkTo, expiresAt } = await linkSession(recipient)
  const lines = await atOnce(linksAtOnce, files, async file => fileLine(file, await linkTo(file.key), expiresAt))
  const endStreamAction = {
    ...(next !== undefined && { nextPageToken: placeToken(table.id, { first, last, file: next }) }),
    ...(refreshToken && { refreshToken }),
    minUrlExpirationTimestamp: expiresAt.getTime(),
  }
  const end = capabilities.includeEndStreamAction ? [{ endStreamAction }] : []
  return linesAnswer(first, capabilities, [...head, ...lines, ...end])
}

const linksAtOnce = 16
