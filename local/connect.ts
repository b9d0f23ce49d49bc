import { readFile } from 'node:fs/promises'
import { join, resolve } from 'node:path'
import { clientsAt } from './stack/services.ts'
import { addressFile, type Stack, type StackAddress, startStack } from './stack/stack.ts'

/** The stack that runs on `dir`; when none does, one of its own for as long as `use` takes. */
export async function withStack<Result>(
  dir: string,
  use: (stack: Pick<Stack, 'address' | 'clients'>) => Promise<Result>,
): Promise<Result> {
  const address = await runningStack(dir)
  if (address) {
    const clients = clientsAt(address.endpoints)
    try {
      return await use({ address, clients })
    } finally {
      for (const client of Object.values(clients)) client.destroy()
    }
  }
  const stack = await startStack({ dir })
  try {
    return await use(stack)
  } finally {
    await stack.close()
  }
}

/** A stack that was killed leaves its address behind, and nobody answers there. */
export async function runningStack(dir: string): Promise<StackAddress | undefined> {
  const text = await readFile(join(resolve(dir), addressFile), 'utf8').catch(() => undefined)
  if (text === undefined) return undefined
  const address = JSON.parse(text) as StackAddress
  const answer = await fetch(`${address.api}/local/health`).catch(() => undefined)
  const { pid } = ((await answer?.json().catch(() => undefined)) ?? {}) as { pid?: number }
  return pid === address.pid ? address : undefined
}
