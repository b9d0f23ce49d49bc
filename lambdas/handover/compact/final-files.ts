import { rename, stat } from 'node:fs/promises'
import { join } from 'node:path'
import { sha256Of } from '../../shared/digest-files.ts'
import type { DatasetName } from '../datasets.ts'
import { footerRows } from '../footer-files.ts'
import type { PlacedFile } from './placed-file.ts'

/** Where a final file stands: `<dataset>/province=<NN>/part-<nnnnn>-<sha8>.parquet`. */
export interface FinalPlace {
  readonly dataset: DatasetName
  readonly province: string
  /** From 0 within its dataset and province. */
  readonly number: number
}

/** A final file, and where it lies until it is placed. */
export interface FinalFile extends Omit<PlacedFile, 'recipient'> {
  readonly path: string
}

/** The file just written at `<dir>/<written>`, under the name that its own bytes decide. */
export async function finalFile(dir: string, written: string, place: FinalPlace): Promise<FinalFile> {
  const { dataset, province, number } = place
  const at = join(dir, written)
  const sha256 = await sha256Of(at)
  const part = `part-${String(number).padStart(5, '0')}-${sha256.slice(0, 8)}.parquet`
  const path = join(dir, `${written}-${part}`)
  const [{ size: bytes }, rows] = [await stat(at), await footerRows(at)]
  await rename(at, path)
  return { dataset, province, name: `${dataset}/province=${province}/${part}`, path, sha256, bytes, rows }
}
