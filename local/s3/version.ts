import { randomBytes } from 'node:crypto'
import { rmSync } from 'node:fs'
import { type Bucket, dataPath, type ObjectRecord, objectPath } from './bucket.ts'
import type { Checksum } from './checksum.ts'
import { checkStaged, dropData } from './data-file.ts'
import { S3Error } from './error.ts'
import { freePath, hideFile, showFile } from './folder-view.ts'
import { positionOf } from './key-order.ts'
import { saveRecord } from './record.ts'
import { type Retention, retentionByDefault } from './retention.ts'
import type { Tag } from './tags.ts'

export type Version = ObjectVersion | DeleteMarker

export interface ObjectVersion extends NewObject {
  readonly kind: 'object'
  readonly versionId: string
}

export interface DeleteMarker {
  readonly kind: 'marker'
  readonly versionId: string
  readonly lastModified: string
}

export interface NewObject {
  readonly lastModified: string
  readonly file: string
  readonly size: number
  /** Without its quotes. */
  readonly etag: string
  /** What a GET gives back: content headers and x-amz-meta-*. */
  readonly headers: Readonly<Record<string, string>>
  readonly tags: readonly Tag[]
  readonly checksum?: Checksum | undefined
  readonly retention?: Retention | undefined
  readonly uploadId?: string
  readonly parts?: readonly { readonly size: number; readonly checksum?: Checksum | undefined }[]
}

/** The id of the one version that a key has where versions are not kept. */
export const nullVersion = 'null'

/** Newest first. */
export function versionsOf({ objects }: Bucket, key: string): readonly Version[] {
  return objects.get(key)?.versions ?? []
}

export function currentObject(bucket: Bucket, key: string): ObjectVersion | undefined {
  const [version] = versionsOf(bucket, key)
  return version?.kind === 'object' ? version : undefined
}

export function findObject(bucket: Bucket, key: string, versionId: string | null): ObjectVersion {
  const versions = versionsOf(bucket, key)
  const version = versionId === null ? versions[0] : versions.find(one => one.versionId === versionId)
  if (version?.kind === 'object') return version
  const marker = version && { 'x-amz-delete-marker': 'true', 'x-amz-version-id': version.versionId }
  if (versionId === null) throw new S3Error('NoSuchKey', `The specified key does not exist: ${key}`, marker)
  if (marker) throw new S3Error('MethodNotAllowed', 'The specified version is a delete marker', marker)
  throw new S3Error('NoSuchVersion', `The specified version does not exist: ${versionId}`)
}

/**
 * The check and the commit are one synchronous step, so no other request comes between them: of many that race, one
 * wins.
 */
export function addObject(
  bucket: Bucket,
  key: string,
  added: NewObject,
  check: (current: ObjectVersion | undefined) => void,
): ObjectVersion {
  checkStaged(bucket, added, () => check(currentObject(bucket, key)))
  const retention = retentionByDefault(bucket.settings.defaultRetention, added.lastModified)
  const version: ObjectVersion = { kind: 'object', versionId: nextVersionId(bucket), ...added, retention }
  addVersion(bucket, key, version)
  return version
}

export function addMarker(bucket: Bucket, key: string, lastModified: string): DeleteMarker {
  const marker: DeleteMarker = { kind: 'marker', versionId: nextVersionId(bucket), lastModified }
  addVersion(bucket, key, marker)
  return marker
}

export function replaceVersion(bucket: Bucket, key: string, changed: ObjectVersion): void {
  const { versionId } = changed
  const versions = versionsOf(bucket, key).map(one => (one.versionId === versionId ? changed : one))
  commit(bucket, key, versions)
}

/** The version that was removed, if there was one. */
export function removeVersion(bucket: Bucket, key: string, versionId: string): Version | undefined {
  const removed = versionsOf(bucket, key).find(one => one.versionId === versionId)
  if (removed) commit(bucket, key, otherVersions(bucket, key, versionId))
  return removed
}

/** Buckets that never kept versions do not speak of them. */
export function versionHeader({ settings }: Bucket, { versionId }: Version): Record<string, string> {
  return settings.versioning ? { 'x-amz-version-id': versionId } : {}
}

function nextVersionId({ settings }: Bucket): string {
  return settings.versioning === 'Enabled' ? randomBytes(16).toString('hex') : nullVersion
}

function addVersion(bucket: Bucket, key: string, added: Version): void {
  commit(bucket, key, [added, ...otherVersions(bucket, key, added.versionId)])
}

function otherVersions(bucket: Bucket, key: string, versionId: string): Version[] {
  return versionsOf(bucket, key).filter(one => one.versionId !== versionId)
}

/**
 * The folder view loses a file before the record changes and gains one after it: a process killed in between leaves
 * a view that lacks files or is behind, which the next start puts right, but never one with files too many.
 */
function commit(bucket: Bucket, key: string, versions: readonly Version[]): void {
  const before = bucket.objects.get(key)
  const current = versions[0]?.kind === 'object' ? versions[0] : undefined
  const path = current && (before?.path ?? freePath(bucket.view, key))
  if (before?.path !== undefined && path === undefined) hideFile(bucket.view, before.path)
  save(bucket, { key, versions, path })
  if (current && path !== undefined && current.file !== fileOf(before?.versions[0])) {
    showFile(dataPath(bucket, current.file), bucket.view, path)
  }
  const kept = new Set(versions.map(fileOf))
  for (const version of before?.versions ?? []) {
    if (version.kind === 'object' && !kept.has(version.file)) dropData(bucket, version)
  }
}

function save(bucket: Bucket, record: ObjectRecord): void {
  const { key } = record
  const position = positionOf(bucket.keys, key)
  const known = bucket.keys[position] === key
  if (record.versions.length > 0) {
    saveRecord(objectPath(bucket, key), record)
    bucket.objects.set(key, record)
    if (!known) bucket.keys.splice(position, 0, key)
  } else if (known) {
    rmSync(objectPath(bucket, key))
    bucket.objects.delete(key)
    bucket.keys.splice(position, 1)
  }
}

function fileOf(version: Version | undefined): string | undefined {
  return version?.kind === 'object' ? version.file : undefined
}
