import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { type Agreement, agreement } from '../lambdas/handover/agreement.ts'

const dir = join(import.meta.dirname, '../reference/agreements')

/** Every agreement in force, by recipient. */
export async function agreements(): Promise<readonly Agreement[]> {
  const names = (await readdir(dir)).filter(name => name.endsWith('.json')).sort()
  return Promise.all(names.map(name => readAgreement(join(dir, name))))
}

export async function agreementOf(recipient: string): Promise<Agreement> {
  const all = await agreements()
  const found = all.find(agreement => agreement.recipient === recipient)
  if (!found)
    throw new Error(`no agreement with ${recipient}; there are ${all.map(({ recipient }) => recipient).join(', ')}`)
  return found
}

async function readAgreement(path: string): Promise<Agreement> {
  const read = agreement.safeParse(JSON.parse(await readFile(path, 'utf8')))
  if (!read.success) throw new Error(`${path}: ${z.prettifyError(read.error)}`)
  return read.data
}
