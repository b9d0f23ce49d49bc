import { hash } from 'node:crypto'
import { z } from 'zod'
import type { DataFile } from '../convert/data-file-engine.ts'
import { HandoverFault } from '../fault.ts'
import type { ExportWindow } from '../handover.ts'

const common = {
  exportArn: z.string(),
  manifestFilesS3Key: z.string(),
  itemCount: z.int().min(0),
  outputFormat: z.literal('DYNAMODB_JSON'),
}

/** `manifest-summary.json` of a DynamoDB export, as far as we rely on it. */
const fullSummary = z.object({ ...common, exportTime: z.iso.datetime() })
const incrementalSummary = z.object({
  ...common,
  exportType: z.literal('INCREMENTAL_EXPORT'),
  outputView: z.literal('NEW_AND_OLD_IMAGES'),
  exportFromTime: z.iso.datetime(),
  exportToTime: z.iso.datetime(),
})
export type FullSummary = z.infer<typeof fullSummary>
export type IncrementalSummary = z.infer<typeof incrementalSummary>
export type ExportSummary = FullSummary | IncrementalSummary

export function isIncremental(summary: ExportSummary): summary is IncrementalSummary {
  return 'exportType' in summary
}

const filesLine = z.object({
  itemCount: z.int().min(0),
  md5Checksum: z.string().min(1),
  dataFileS3Key: z.string().regex(/\.json\.gz$/),
})

export interface ExportedFile extends DataFile {
  readonly key: string
}

export const summaryName = 'manifest-summary.json'

/** The folder of an export in its bucket, from the key of either manifest. */
export function exportFolder(manifestKey: string): string {
  return manifestKey.slice(0, manifestKey.lastIndexOf('/') + 1)
}

export function readSummary(key: string, bytes: Uint8Array): ExportSummary {
  const document = parseJson(key, Buffer.from(bytes).toString()) as { readonly exportType?: unknown }
  const schema = document?.exportType === 'INCREMENTAL_EXPORT' ? incrementalSummary : fullSummary
  const parsed = schema.safeParse(document)
  if (!parsed.success) throw new HandoverFault('export-manifest', key, z.prettifyError(parsed.error))
  return parsed.data
}

/** @throws HandoverFault when a manifest is not what the MD5 beside it says. */
export function checkMd5(key: string, bytes: Uint8Array, md5: string) {
  if (hash('md5', bytes, 'base64') !== md5.trim())
    throw new HandoverFault('export-manifest', key, 'its MD5 is not the one beside it')
}

/** @throws HandoverFault when the list is not what its MD5 or the summary says. */
export function readFiles(summary: ExportSummary, bytes: Uint8Array, md5: string): readonly ExportedFile[] {
  const key = summary.manifestFilesS3Key
  checkMd5(key, bytes, md5)
  const lines = Buffer.from(bytes).toString().split('\n').filter(Boolean)
  const files = lines.map((line, index) => readLine(`${key} line ${index + 1}`, line))
  const items = files.reduce((sum, { itemCount }) => sum + itemCount, 0)
  if (items !== summary.itemCount) {
    throw new HandoverFault(
      'export-manifest',
      key,
      `its files hold ${items} items, the summary says ${summary.itemCount}`,
    )
  }
  return files
}

/** The whole table, or what changed in each of these windows. */
type Exported = { readonly mode: 'full' } | { readonly mode: 'delta'; readonly windows: readonly ExportWindow[] }

/** @throws HandoverFault when the exports are not of the cut: of another kind, or of other windows. */
export function checkWindows(cut: Exported, summaries: readonly ExportSummary[]) {
  const expected = cut.mode === 'full' ? ['the whole table'] : cut.windows.map(({ from, to }) => windowText(from, to))
  const found = summaries.map(summary =>
    isIncremental(summary) ? windowText(summary.exportFromTime, summary.exportToTime) : 'the whole table',
  )
  const at = expected.findIndex((window, n) => found[n] !== window)
  if (at >= 0 || found.length !== expected.length) {
    const [must, is] = [expected[at] ?? 'nothing more', found[at] ?? found[expected.length] ?? 'nothing']
    throw new HandoverFault('export-window', summaries[0]?.exportArn ?? '', `expected ${must}, it holds ${is}`)
  }
}

/** However an instant is spelled. */
function windowText(from: string, to: string): string {
  return `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`
}

/** @throws HandoverFault when the export's folder holds other data files than its manifest lists. */
export function checkPresent(files: readonly ExportedFile[], found: readonly string[]) {
  const present = new Set(found)
  const listed = new Set(files.map(({ key }) => key))
  const missing = files.find(({ key }) => !present.has(key))
  if (missing) throw new HandoverFault('data-file-missing', missing.key, 'listed in the manifest, and not there')
  const extra = found.find(key => !listed.has(key))
  if (extra) throw new HandoverFault('data-file-extra', extra, 'there, and not listed in the manifest')
}

function readLine(where: string, line: string): ExportedFile {
  const parsed = filesLine.safeParse(parseJson(where, line))
  if (!parsed.success) throw new HandoverFault('export-manifest', where, z.prettifyError(parsed.error))
  const { itemCount, md5Checksum: md5, dataFileS3Key: key } = parsed.data
  return { key, name: key.slice(key.lastIndexOf('/') + 1, -'.json.gz'.length), itemCount, md5 }
}

function parseJson(where: string, text: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new HandoverFault('export-manifest', where, 'not JSON', { cause: error })
  }
}
