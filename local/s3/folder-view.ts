import { createHash } from 'node:crypto'
import { linkSync, mkdirSync, renameSync, rmdirSync, rmSync, statSync } from 'node:fs'
import { dirname, join } from 'node:path'

/**
 * The folder that people browse: each key's current bytes under the key's own path, as a second (hard) link to the data
 * file. It follows the records and nothing is read from it.
 */
export function showFile(data: string, view: string, path: string): void {
  const shown = join(view, path)
  const draft = `${data}.link`
  mkdirSync(dirname(shown), { recursive: true })
  linkSync(data, draft)
  renameSync(draft, shown)
}

export function hideFile(view: string, path: string): void {
  const shown = join(view, path)
  rmSync(shown, { force: true })
  for (let dir = dirname(shown); dir !== view; dir = dirname(dir)) {
    try {
      rmdirSync(dir)
    } catch {
      return
    }
  }
}

export function isShown(data: string, view: string, path: string): boolean {
  return statSync(join(view, path), { throwIfNoEntry: false })?.ino === statSync(data).ino
}

/**
 * A path for a key that is not shown yet: the key itself wherever a file system bears it. A name that is taken gets a
 * `%` more: `a` beside `a/b`, or `A` beside `a` where case does not count.
 */
export function freePath(view: string, key: string): string {
  const names = pathNames(key)
  let path = ''
  names.forEach((name, index) => {
    path = join(path, name)
    while (isTaken(join(view, path), index < names.length - 1)) path += '%'
  })
  return path
}

function isTaken(path: string, asFolder: boolean): boolean {
  const found = statSync(path, { throwIfNoEntry: false })
  return found !== undefined && !(asFolder && found.isDirectory())
}

/** Bytes: most file systems bear names of 255; macOS bears paths of 1,024, of which the folder itself needs some. */
const longestName = 200
const longestPath = 700

const reservedByWindows = /^(con|prn|aux|nul|com\d|lpt\d)(?=\.|$)/i

function pathNames(key: string): string[] {
  const names = key.split('/').map(fileName)
  return Buffer.byteLength(names.join('/')) > longestPath ? ['%long', hash(key)] : names
}

function fileName(segment: string): string {
  const name = segment
    .replace(/[\p{Cc}<>:"\\|?*%]|[. ]$/gu, escapeAll)
    .replace(reservedByWindows, device => `%${device}`)
  if (Buffer.byteLength(name) <= longestName) return name || '%'
  const start = Buffer.from(name)
    .subarray(0, longestName - 17)
    .toString()
    .replace(/\uFFFD$/, '')
  return `${start}%${hash(segment)}`
}

function escapeAll(text: string): string {
  return text.replace(/./gsu, character => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}`)
}

function hash(text: string): string {
  return createHash('sha256').update(text).digest('hex').slice(0, 16)
}
