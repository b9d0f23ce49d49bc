import type { Stats } from 'node:fs'
import { lstat, mkdir, readFile, rename, rm, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import type { Readable } from 'node:stream'
import { absentOnTheWay } from '../../shared/absent.ts'

/** Something on a medium that would lead its reader or writer elsewhere. */
export class UnsafeMedium extends Error {
  override readonly name = 'UnsafeMedium'
  readonly code = 'unsafe-medium'
}

/** Of a regular file below `root`; none when nothing is there. @throws UnsafeMedium */
export async function regularFile(root: string, path: string): Promise<Stats | undefined> {
  const found = await entryAt(root, path)
  if (found && !found.isFile()) throw new UnsafeMedium(`${join(root, path)} is no regular file; take it off the medium`)
  return found
}

/** Its bytes. None when nothing is there. @throws UnsafeMedium */
export async function readRegular(root: string, path: string): Promise<Buffer | undefined> {
  return (await regularFile(root, path)) && readFile(join(root, path))
}

/** Writes a file anew, under its name only once it is whole. @throws UnsafeMedium */
export async function writeRegular(root: string, path: string, bytes: Buffer | Readable) {
  await regularFile(root, path)
  const whole = join(root, path)
  const landing = `${whole}.part`
  await mkdir(dirname(whole), { recursive: true })
  await rm(landing, { force: true })
  await writeFile(landing, bytes, { flag: 'wx' })
  await rename(landing, whole)
}

/** What stands at a path below `root`. A link on the way could lead anywhere. @throws UnsafeMedium */
export async function entryAt(root: string, path: string): Promise<Stats | undefined> {
  let at = root
  let found: Stats | undefined
  for (const name of path.split('/')) {
    at = join(at, name)
    found = await lstat(at).catch(absentOnTheWay)
    if (found?.isSymbolicLink()) throw new UnsafeMedium(`${at} is a symbolic link; take it off the medium`)
    if (!found) return undefined
  }
  return found
}
