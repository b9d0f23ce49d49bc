import { mkdir, open, readFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import type { Day } from '../../registry/day.ts'
import { absent } from '../../shared/absent.ts'
import { replaceFile } from './desk-files.ts'
import { type JournalLine, journalLine, withoutNeedlessNumbers } from './visit.ts'

export const journalName = 'visits.ndjson'

/** The whole lines of the journal at `path`. One that was being written when the machine stopped was never answered for, and is passed over. */
export async function readJournal(path: string): Promise<readonly JournalLine[]> {
  const text = (await readFile(path, 'utf8').catch(absent)) ?? ''
  return text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .flatMap((line, index) => (line ? [readLine(line, `${path}:${index + 1}`)] : []))
}

/** Adds a line, for its owner's eyes only; it lies on the disk once this is done. One process at a time. */
export async function appendLine(path: string, line: JournalLine) {
  await mkdir(dirname(path), { recursive: true, mode: 0o700 })
  await using file = await open(path, 'a+', 0o600)
  const text = await file.readFile()
  const whole = text.lastIndexOf('\n') + 1
  if (whole < text.length) await file.truncate(whole)
  await file.appendFile(`${JSON.stringify(line)}\n`)
  await file.sync()
}

/** Forgets the numbers and birth dates of visits that are settled, or that are too old to be. One process at a time. */
export async function forgetNeedless(path: string, today: Day) {
  const lines = await readJournal(path)
  const kept = withoutNeedlessNumbers(lines, today)
  if (kept.some((line, index) => line !== lines[index]))
    await replaceFile(path, kept.map(line => `${JSON.stringify(line)}\n`).join(''))
}

/** What stands in a line is not repeated: it may be somebody's number. */
function readLine(line: string, place: string): JournalLine {
  try {
    return journalLine.parse(JSON.parse(line))
  } catch {
    throw new Error(`${place} is no line of a journal`)
  }
}
