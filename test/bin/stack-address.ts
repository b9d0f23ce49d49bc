import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { type Endpoints, endpointVariables } from '../../local/stack/services.ts'
import { addressFile, type StackAddress } from '../../local/stack/stack.ts'

/** Leaves an address as a running stack does, for commands that need no service but the API. */
export async function leaveAddress(stateDir: string, api: string, pid: number) {
  const endpoints = Object.fromEntries(endpointVariables.map(name => [name, api])) as Endpoints
  const address: StackAddress = { pid, api, endpoints, jwks: '', sealsJwks: '', noticeQueues: {}, receiptQueues: {} }
  await writeFile(join(stateDir, addressFile), JSON.stringify(address))
}
