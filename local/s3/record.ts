import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'

/** The rename is the commit: killed at any moment, the former record or the new one is there, whole. */
export function saveRecord(path: string, record: unknown): void {
  const draft = `${path}.draft`
  writeFileSync(draft, JSON.stringify(record))
  renameSync(draft, path)
}

export function loadRecord<T>(path: string): T {
  return JSON.parse(readFileSync(path, 'utf8'))
}

export function loadRecords<T>(dir: string): T[] {
  const names = readdirSync(dir)
  for (const draft of names.filter(name => name.endsWith('.draft'))) rmSync(join(dir, draft))
  return names.filter(name => name.endsWith('.json')).map(name => loadRecord<T>(join(dir, name)))
}
