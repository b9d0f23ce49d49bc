import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { isShown, showFile } from './folder-view.ts'
import { compareKeys } from './key-order.ts'
import { loadRecord, loadRecords, saveRecord } from './record.ts'
import type { DefaultRetention } from './retention.ts'
import type { Upload } from './upload.ts'
import type { ObjectVersion, Version } from './version.ts'

export interface BucketSettings {
  readonly created: string
  readonly region: string
  readonly objectLock: boolean
  readonly versioning?: 'Enabled' | 'Suspended'
  /** What every new object is retained by. */
  readonly defaultRetention?: DefaultRetention
}

/** What a bucket's records say, held in memory; every change is saved before it is made here. */
export interface Bucket {
  readonly name: string
  readonly dir: string
  readonly view: string
  settings: BucketSettings
  readonly objects: Map<string, ObjectRecord>
  /** The keys of `objects`, sorted. */
  readonly keys: string[]
  readonly uploads: Map<string, Upload>
}

export interface ObjectRecord {
  readonly key: string
  /** Newest first. */
  readonly versions: readonly Version[]
  /** Where the current bytes stand in the folder view; absent when the newest version is a delete marker. */
  readonly path?: string | undefined
}

/** Beside the buckets' own folders, which no bucket's name can collide with. */
const hidden = '.s3'

export function bucketNames(root: string): string[] {
  const dir = join(root, hidden)
  mkdirSync(dir, { recursive: true })
  return readdirSync(dir)
}

export function createBucket(root: string, name: string, settings: BucketSettings): Bucket {
  const bucket = bucketOf(root, name, settings, [], [])
  for (const folder of ['data', 'objects', 'uploads']) mkdirSync(join(bucket.dir, folder), { recursive: true })
  mkdirSync(bucket.view, { recursive: true })
  saveSettings(bucket, settings)
  return bucket
}

/** Puts right what a killed process left: files that no record names, and a folder view behind its records. */
export function loadBucket(root: string, name: string): Bucket | undefined {
  const dir = join(root, hidden, name)
  const settings = settingsPath({ dir })
  if (!existsSync(settings)) return undefined
  const objects = loadRecords<ObjectRecord>(join(dir, 'objects'))
  const uploads = loadRecords<Upload>(join(dir, 'uploads'))
  const bucket = bucketOf(root, name, loadRecord(settings), objects, uploads)
  dropFinishedUploads(bucket)
  dropUnnamedData(bucket)
  for (const object of objects) showAgain(bucket, object)
  return bucket
}

export function saveSettings(bucket: Bucket, settings: BucketSettings): void {
  saveRecord(settingsPath(bucket), settings)
  bucket.settings = settings
}

export function objectPath({ dir }: Bucket, key: string): string {
  return join(dir, 'objects', `${createHash('sha256').update(key).digest('hex')}.json`)
}

export function uploadPath({ dir }: Bucket, uploadId: string): string {
  return join(dir, 'uploads', `${uploadId}.json`)
}

export function dataPath({ dir }: Bucket, file: string): string {
  return join(dir, 'data', file)
}

function settingsPath({ dir }: Pick<Bucket, 'dir'>): string {
  return join(dir, 'bucket.json')
}

function bucketOf(
  root: string,
  name: string,
  settings: BucketSettings,
  objects: readonly ObjectRecord[],
  uploads: readonly Upload[],
): Bucket {
  return {
    name,
    dir: join(root, hidden, name),
    view: join(root, name),
    settings,
    objects: new Map(objects.map(object => [object.key, object])),
    keys: objects.map(object => object.key).sort(compareKeys),
    uploads: new Map(uploads.map(upload => [upload.uploadId, upload])),
  }
}

/** Killed between the object's commit and the end of its upload: the object stands, so the upload is over. */
function dropFinishedUploads(bucket: Bucket): void {
  for (const { uploadId } of storedVersions(bucket)) {
    if (uploadId !== undefined && bucket.uploads.delete(uploadId)) rmSync(uploadPath(bucket, uploadId))
  }
}

function dropUnnamedData(bucket: Bucket): void {
  const parts = [...bucket.uploads.values()].flatMap(upload => upload.parts)
  const named = new Set([...storedVersions(bucket), ...parts].map(({ file }) => file))
  for (const file of readdirSync(join(bucket.dir, 'data'))) {
    if (!named.has(file)) rmSync(dataPath(bucket, file))
  }
}

function storedVersions({ objects }: Bucket): ObjectVersion[] {
  return [...objects.values()].flatMap(({ versions }) => versions).filter(version => version.kind === 'object')
}

function showAgain(bucket: Bucket, { path, versions: [current] }: ObjectRecord): void {
  if (path === undefined || current?.kind !== 'object') return
  const data = dataPath(bucket, current.file)
  if (!isShown(data, bucket.view, path)) showFile(data, bucket.view, path)
}
