import { hash } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { gunzipSync, gzipSync } from 'node:zlib'
import { writeNationExport } from '../../../local/nation/export-directory.ts'
import { day } from '../../local/nation/days.ts'
import { folder } from '../../local/service.ts'

/** An item of the registry in DynamoDB JSON, however spoilt. */
export type DraftItem = Readonly<Record<string, unknown>>

export interface DraftFile {
  readonly key: string
  /** As the manifest and the faults name it. */
  readonly name: string
  readonly lines: readonly string[]
  /** Changes the compressed bytes before the manifest takes their sum. */
  readonly packed?: (gzip: Buffer) => Buffer
  /** Changes what the manifest says of the file. */
  readonly listed?: Partial<ManifestLine>
}

/** A full export in memory: written out, its counts and sums fit whatever was done to it. */
export interface Draft {
  readonly files: readonly DraftFile[]
  readonly summaryKey: string
  /** Its item count is the sum of the files', unless one is set here. */
  readonly summary: Record<string, unknown> & { readonly manifestFilesS3Key: string }
}

interface ManifestLine {
  readonly itemCount: number
  readonly md5Checksum: string
  readonly dataFileS3Key: string
}

export const today = day('2026-11-22')

/** The export of a small nation. */
export async function draftExport({ people = 300, files = 2 } = {}): Promise<Draft> {
  const dir = await folder()
  const { manifestKey: summaryKey } = await writeNationExport({ people, seed: 7, today }, { dir, files })
  const { itemCount: _, ...summary } = JSON.parse(await readFile(join(dir, summaryKey), 'utf8')) as Draft['summary']
  const listed = linesOf(await readFile(join(dir, summary.manifestFilesS3Key)))
  const keys = listed.map(line => (JSON.parse(line) as ManifestLine).dataFileS3Key)
  const dataFiles = await Promise.all(
    keys.map(async key => ({
      key,
      name: key.slice(key.lastIndexOf('/') + 1, -'.json.gz'.length),
      lines: linesOf(gunzipSync(await readFile(join(dir, key)))),
    })),
  )
  return { files: dataFiles, summaryKey, summary }
}

export async function writeDraft({ files, summary, summaryKey }: Draft, dir: string) {
  const lines: ManifestLine[] = []
  for (const { key, lines: items, packed = (gzip: Buffer) => gzip, listed } of files) {
    const bytes = packed(gzipSync(items.map(line => `${line}\n`).join(''), { level: 1 }))
    await put(dir, key, bytes)
    const md5Checksum = hash('md5', bytes, 'base64')
    lines.push({ itemCount: items.length, md5Checksum, dataFileS3Key: key, ...listed })
  }
  await mkdir(join(dir, dirname(summaryKey), 'data'), { recursive: true })
  const list = lines.map(line => `${JSON.stringify(line)}\n`).join('')
  await put(dir, summary.manifestFilesS3Key, list)
  await put(dir, summary.manifestFilesS3Key.replace('.json', '.md5'), hash('md5', list, 'base64'))
  const itemCount = lines.reduce((sum, line) => sum + line.itemCount, 0)
  const text = JSON.stringify({ itemCount, ...summary })
  await put(dir, summaryKey, text)
  await put(dir, summaryKey.replace('.json', '.md5'), hash('md5', text, 'base64'))
}

export function withFirstFile({ files: [first, ...others], ...draft }: Draft, change: Partial<DraftFile>): Draft {
  return { ...draft, files: [{ ...(first as DraftFile), ...change }, ...others] }
}

export function withSummary({ summary, ...draft }: Draft, change: Readonly<Record<string, unknown>>): Draft {
  return { ...draft, summary: { ...summary, ...change } }
}

export function mapItems({ files, ...draft }: Draft, change: (item: DraftItem) => DraftItem): Draft {
  const mapped = files.map(file => ({ ...file, lines: file.lines.map(line => lineOf(change(itemOn(line)))) }))
  return { ...draft, files: mapped }
}

/** The draft with other lines in the place of the first item that `is` finds, and where that stood: the data file, and the line from 1. */
export function withItem(
  { files, ...draft }: Draft,
  is: (item: DraftItem) => boolean,
  change: (item: DraftItem) => readonly string[],
): { readonly draft: Draft; readonly file: DraftFile; readonly line: number } {
  for (const [number, file] of files.entries()) {
    const at = file.lines.findIndex(line => is(itemOn(line)))
    if (at < 0) continue
    const lines = file.lines.toSpliced(at, 1, ...change(itemOn(file.lines[at] as string)))
    return { draft: { ...draft, files: files.with(number, { ...file, lines }) }, file, line: at + 1 }
  }
  throw new Error('no such item in the draft')
}

export function itemsOf({ files }: Draft): readonly DraftItem[] {
  return files.flatMap(({ lines }) => lines.map(itemOn))
}

function itemOn(line: string): DraftItem {
  return (JSON.parse(line) as { Item: DraftItem }).Item
}

export function withLine({ files, ...draft }: Draft, number: number, ...more: readonly string[]): Draft {
  const file = files[number] as DraftFile
  return { ...draft, files: files.with(number, { ...file, lines: [...file.lines, ...more] }) }
}

export function lineOf(item: DraftItem): string {
  return JSON.stringify({ Item: item })
}

export function isHousehold({ SK }: DraftItem): boolean {
  return textOf(SK) === 'H'
}

export function isPerson({ SK }: DraftItem): boolean {
  return textOf(SK) === 'P'
}

export function isContributions({ SK }: DraftItem): boolean {
  return textOf(SK).startsWith('C#')
}

export function isCardholder(item: DraftItem): boolean {
  return isPerson(item) && cardsOf(item).length > 0
}

export function cardsOf({ cards }: DraftItem): readonly DraftItem[] {
  return (cards as { L: { M: DraftItem }[] }).L.map(({ M }) => M)
}

export function periodsOf({ periods }: DraftItem): readonly DraftItem[] {
  return (periods as { L: { M: DraftItem }[] }).L.map(({ M }) => M)
}

export function textOf(attribute: unknown): string {
  return (attribute as { S: string }).S
}

function linesOf(bytes: Buffer): string[] {
  return bytes.toString().split('\n').filter(Boolean)
}

async function put(dir: string, key: string, content: string | Buffer) {
  await mkdir(dirname(join(dir, key)), { recursive: true })
  await writeFile(join(dir, key), content)
}
