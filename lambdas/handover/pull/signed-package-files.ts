import { lstat, readdir, readFile } from 'node:fs/promises'
import { join, relative, sep } from 'node:path'
import { absentOnTheWay } from '../../shared/absent.ts'
import { atOnce } from '../../shared/at-once.ts'
import { sha256Of } from '../../shared/digest-files.ts'
import { footerRows } from '../footer-files.ts'
import { type Listed, manifestName, signatureName } from '../manifest.ts'
import { detachedFault, type Jwks, signatureFaults } from '../signature.ts'

/** What can be wrong with a directory that a signed manifest describes, whatever it holds. */
export const fileFaultNames = [
  ...signatureFaults,
  'missing',
  'not-a-file',
  'not-listed',
  'malformed',
  'wrong-size',
  'wrong-hash',
  'not-parquet',
  'wrong-rows',
  'wrong-totals',
] as const
export type FileFaultName = (typeof fileFaultNames)[number]

export interface PackageFault {
  /** Below the directory. */
  readonly file: string
  readonly fault: FileFaultName
}

/** What a listed file was found to hold on disk. */
export type FoundFile = Pick<Listed, 'path' | 'hash' | 'rows'>

/** The bytes of the manifest that lies in `dir`, once its signature holds; nothing in it counts before. */
export async function readSignedBytes(dir: string, jwks: Jwks): Promise<{ readonly bytes: Buffer } | PackageFault> {
  for (const file of [manifestName, signatureName]) {
    const fault = await presenceFault(join(dir, file))
    if (fault) return { file, fault }
  }
  const bytes = await readFile(join(dir, manifestName))
  const fault = await detachedFault(bytes, await readFile(join(dir, signatureName), 'utf8'), jwks)
  return fault ? { file: signatureName, fault } : { bytes }
}

/** While one is hashed, others are read from the disk. */
const filesAtOnce = 4

/** Size, hash and rows of every listed file. `onFile` hears of each as it is done. */
export async function findListed(
  dir: string,
  listed: readonly Listed[],
  onFile: (done: number, of: number) => void = () => {},
): Promise<{ readonly found: readonly FoundFile[]; readonly faults: readonly PackageFault[] }> {
  let done = 0
  const all = await atOnce(filesAtOnce, listed, async (file): Promise<FoundFile | PackageFault> => {
    const one = await findFile(dir, file)
    onFile(++done, listed.length)
    return typeof one === 'string' ? { file: file.path, fault: one } : one
  })
  return {
    found: all.filter(isFound),
    faults: all.filter((one): one is PackageFault => !isFound(one)),
  }
}

function isFound(one: FoundFile | PackageFault): one is FoundFile {
  return 'path' in one
}

/** Files that the manifest does not list. */
export async function unlistedFiles(dir: string, files: readonly Listed[]): Promise<readonly PackageFault[]> {
  const listed = new Set([manifestName, signatureName, ...files.map(({ path }) => path)])
  const entries = await readdir(dir, { recursive: true, withFileTypes: true })
  return entries
    .filter(entry => !entry.isDirectory())
    .map(entry => relative(dir, join(entry.parentPath, entry.name)).split(sep).join('/'))
    .filter(path => !listed.has(path))
    .sort()
    .map(file => ({ file, fault: 'not-listed' }))
}

async function findFile(dir: string, { path, bytes, hash, rows }: Listed): Promise<FoundFile | FileFaultName> {
  const file = join(dir, path)
  const fault = await presenceFault(file)
  if (fault) return fault
  if ((await lstat(file)).size !== bytes) return 'wrong-size'
  const found = { path, hash: `sha256:${await sha256Of(file)}` }
  if (found.hash !== hash) return 'wrong-hash'
  if (rows === undefined) return found
  const counted = await footerRows(file).catch(() => undefined)
  if (counted === undefined) return 'not-parquet'
  return counted === rows ? { ...found, rows: counted } : 'wrong-rows'
}

/** A link is no file: it could lead elsewhere once it is proven. */
async function presenceFault(path: string): Promise<'missing' | 'not-a-file' | undefined> {
  const found = await lstat(path).catch(absentOnTheWay)
  if (!found) return 'missing'
  return found.isFile() ? undefined : 'not-a-file'
}
