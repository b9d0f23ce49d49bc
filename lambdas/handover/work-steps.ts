import { hash } from 'node:crypto'
import type { ObjectStore } from '../shared/object-store.ts'

/** JSON documents that steps leave for each other. */
export async function putJson(work: ObjectStore, key: string, document: unknown) {
  await work.put(key, Buffer.from(JSON.stringify(document)))
}

/** @throws when the step that writes it has not run. */
export async function getJson<Document>(work: ObjectStore, key: string): Promise<Document> {
  const found = await findJson<Document>(work, key)
  if (found === undefined) throw new Error(`no ${key} in the work store`)
  return found
}

/** Undefined when it is not there, or is kept no longer. */
export async function findJson<Document>(work: ObjectStore, key: string): Promise<Document | undefined> {
  const found = await work.get(key)
  return found && (JSON.parse(Buffer.from(found.bytes).toString()) as Document)
}

/**
 * Takes a step once: what it left is its record of completion, so taking it again answers the same without the work. Of two that take
 * it at the same time, both answer what the first one left.
 */
export async function once<Outcome>(work: ObjectStore, key: string, step: () => Promise<Outcome>): Promise<Outcome> {
  const done = await findJson<Outcome>(work, key)
  if (done !== undefined) return done
  const outcome = await step()
  const bytes = Buffer.from(JSON.stringify(outcome))
  const placed = await work.putNew(key, { bytes, sha256: hash('sha256', bytes) })
  return placed === 'different' ? getJson<Outcome>(work, key) : outcome
}
