import type { ObjectStore } from '../../shared/object-store.ts'
import { HandoverFault } from '../fault.ts'
import { checkMd5, checkPresent, exportFolder, isIncremental, readFiles, readSummary } from './export-manifest.ts'

/**
 * An export's own manifests.
 * @throws HandoverFault when they do not agree with each other or with the files that are there.
 */
export async function readExport(exports: ObjectStore, summaryKey: string) {
  const summaryBytes = await required(exports, summaryKey)
  checkMd5(summaryKey, summaryBytes, await md5Beside(exports, summaryKey))
  const summary = readSummary(summaryKey, summaryBytes)
  const filesKey = summary.manifestFilesS3Key
  const files = readFiles(summary, await required(exports, filesKey), await md5Beside(exports, filesKey))
  const listed = new Set(files.map(({ key }) => key))
  const folders = new Set([
    ...(isIncremental(summary) ? [] : [`${exportFolder(summaryKey)}data/`]),
    ...[...listed].map(exportFolder),
  ])
  const found = (await Promise.all([...folders].map(folder => exports.list(folder)))).flat().map(({ key }) => key)
  // Incremental exports share one folder for their data, so there a file that this one does not list may be another's
  checkPresent(files, isIncremental(summary) ? found.filter(key => listed.has(key)) : found)
  return { summary, files }
}

/** AWS writes one beside either manifest. */
async function md5Beside(exports: ObjectStore, key: string): Promise<string> {
  return Buffer.from(await required(exports, key.replace(/\.json$/, '.md5'))).toString()
}

async function required(store: ObjectStore, key: string): Promise<Uint8Array> {
  const found = await store.get(key)
  if (!found) throw new HandoverFault('export-manifest', key, 'not there')
  return found.bytes
}
