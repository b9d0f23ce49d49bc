import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { absent } from '../../shared/absent.ts'
import type { Link } from '../handover.ts'
import { isChangeManifest, manifestName, sequenceText } from '../manifest.ts'
import { type ChainFault, chainFaults, type Linked, type LinkedChanges } from './chain-faults.ts'
import { changesFolder, inboxLock, unfinished } from './inbox.ts'
import { type FileFault, readSignedManifest, type Trust, type VerifyFault, verifyHandover } from './verify-files.ts'

/** A fault of a file of an inbox, or of a place in its chain. */
export interface InboxFault {
  /** Below the inbox. */
  readonly file: string
  readonly fault: VerifyFault | ChainFault
}

export interface InboxVerdict {
  readonly faults: readonly InboxFault[]
  /** The proven ones, the oldest first. */
  readonly snapshots: readonly Linked[]
  readonly changes: readonly LinkedChanges[]
}

/** Whether handovers lie below the folder rather than in it. */
export async function isInbox(dir: string): Promise<boolean> {
  const names: readonly string[] = await readdir(dir).catch(() => [])
  return !names.includes(manifestName) && names.some(name => /^[0-9]{12}$/.test(name) || name === changesFolder)
}

/**
 * Proves every handover that a recipient has pulled, and that they follow one another: none missing between two, none twice, none
 * in another's place, no second branch. What is still being pulled is left out.
 */
export async function verifyInbox(
  dir: string,
  { jwks, seen }: Trust,
  onFolder: (done: number, of: number) => void = () => {},
): Promise<InboxVerdict> {
  const faults: InboxFault[] = []
  const snapshots: Linked[] = []
  const changes: LinkedChanges[] = []
  const { folders, others } = await foldersIn(dir)
  for (const file of others) faults.push({ file, fault: 'not-listed' })
  if (folders.length === 0) faults.push({ file: manifestName, fault: 'missing' })
  for (const [index, folder] of folders.entries()) {
    const verdict = await verifyHandover(join(dir, folder), { jwks })
    faults.push(...verdict.faults.map(({ file, fault }): FileFault => ({ file: `${folder}/${file}`, fault })))
    if ('link' in verdict) {
      const { manifest, link } = verdict
      if (isChangeManifest(manifest)) changes.push({ folder, link })
      else {
        const { previous, changes } = manifest.handover
        snapshots.push({ folder, link, previous, changes })
      }
    }
    onFolder(index + 1, folders.length)
  }
  for (const { folder, fault } of chainFaults(snapshots, changes, seen))
    faults.push({ file: `${folder}/${manifestName}`, fault })
  return { faults, snapshots: snapshots.sort((a, b) => a.link.sequence - b.link.sequence), changes }
}

/**
 * Whether an older handover is an ancestor of the one that was seen last: those between lie beside it, and each names the one before.
 * Then it is no rollback.
 */
export async function leadsToSeen(dir: string, { jwks, seen }: Trust): Promise<boolean> {
  const older = await readSignedManifest(dir, jwks)
  if ('fault' in older || !seen || older.link.sequence >= seen.sequence) return false
  let link: Link = seen
  while (link.sequence > older.link.sequence) {
    const beside = await readSignedManifest(join(dir, '..', sequenceText(link.sequence)), jwks)
    if ('fault' in beside || beside.link.sha256 !== link.sha256 || !beside.manifest.handover.previous) return false
    link = beside.manifest.handover.previous
  }
  return link.sha256 === older.link.sha256
}

async function foldersIn(dir: string) {
  const folders: string[] = []
  const others: string[] = []
  for (const below of ['', changesFolder]) {
    const entries = (await readdir(join(dir, below), { withFileTypes: true }).catch(absent)) ?? []
    for (const entry of entries) {
      const path = below ? `${below}/${entry.name}` : entry.name
      if (path === changesFolder || path === inboxLock || entry.name.endsWith(unfinished)) continue
      if (entry.isDirectory()) folders.push(path)
      else others.push(path)
    }
  }
  return { folders: folders.sort(), others: others.sort() }
}
