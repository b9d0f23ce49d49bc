import type { ObjectStore } from '../../shared/object-store.ts'
import { HandoverFault } from '../fault.ts'
import { checkPresent, exportFolder, isIncremental, readFiles, readSummary } from './export-manifest.ts'

/**
 * An export's own manifests.
 * @throws HandoverFault when they do not agree with each other or with the files that are there.
 */
export async function readExport(exports: ObjectStore, summaryKey: string) {
  const summary = readSummary(summaryKey, await required(exports, summaryKey))
  const filesKey = summary.manifestFilesS3Key
  const md5 = await required(exports, filesKey.replace(/\.json$/, '.md5'))
  const files = readFiles(summary, await required(exports, filesKey), Buffer.from(md5).toString())
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

async function required(store: ObjectStore, key: string): Promise<Uint8Array> {
  const found = await store.get(key)
  if (!found) throw new HandoverFault('export-manifest', key, 'not there')
  return found.bytes
}
