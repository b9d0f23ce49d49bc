import { join } from 'node:path'
import { type PackageForm, sequenceText } from '../manifest.ts'

/** Where a pull puts change sets, beside the snapshots. */
export const changesFolder = 'changes'
/** At the end of a folder's name while it is being pulled. */
export const unfinished = '.part'
/** Beside the handovers while a pull works there, and after one that was killed. */
export const inboxLock = 'lock'

/** A folder of its own for each package below `dir`. */
export function folderOf(dir: string, form: PackageForm, sequence: number): string {
  return join(dir, ...(form === 'changes' ? [changesFolder] : []), sequenceText(sequence))
}
