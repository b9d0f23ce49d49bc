import { mkdir, readdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { absent } from '../../shared/absent.ts'
import { sequenceText } from '../manifest.ts'
import { type Receipt, receipt } from '../receipt.ts'

/** A recipient's own receipts, in `receipts/` of its trust folder; one that waits to be sent has another name until it is. */
const nameOf = (sequence: number) => `${sequenceText(sequence)}.json`
const waiting = '.waiting'

export async function keepWaiting(trustDir: string, receipt: Receipt) {
  const dir = join(trustDir, 'receipts')
  await mkdir(dir, { recursive: true })
  const path = join(dir, nameOf(receipt.sequence))
  await writeFile(`${path}.part`, `${JSON.stringify(receipt, null, 2)}\n`)
  await rename(`${path}.part`, path + waiting)
}

export async function markSent(trustDir: string, { sequence }: Receipt) {
  const path = join(trustDir, 'receipts', nameOf(sequence))
  await rename(path + waiting, path).catch(absent)
}

/** Those that were never sent, as far as is known, the oldest first. */
export async function waitingReceipts(trustDir: string): Promise<readonly Receipt[]> {
  const dir = join(trustDir, 'receipts')
  const names = await readdir(dir).catch(() => [])
  const paths = names.filter(name => name.endsWith(waiting)).map(name => join(dir, name))
  return Promise.all(paths.sort().map(readReceipt))
}

export async function sentReceipt(trustDir: string, sequence: number): Promise<Receipt | undefined> {
  return readReceipt(join(trustDir, 'receipts', nameOf(sequence))).catch(absent)
}

async function readReceipt(path: string): Promise<Receipt> {
  return receipt.parse(JSON.parse(await readFile(path, 'utf8')))
}
