import { resolve } from 'node:path'
import { usernameOf } from '../lambdas/checkin/gateway/gateway-account.ts'
import { gatewayAccountStore } from '../lambdas/checkin/gateway/gateway-account-store.ts'
import { readOfficers } from '../lambdas/checkin/gateway/officer-lines.ts'
import { officerOf } from '../lambdas/checkin/gateway/officers.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import { numberHashKey } from '../lambdas/shared/number-hash-key-client.ts'
import { withStack } from '../local/connect.ts'
import { keys, tables } from '../local/stack/resources.ts'
import { argument, type Given, type Outcome } from './command.ts'
import { readNamed } from './named-file.ts'
import { stateDirOf } from './state.ts'

/** `facility officers`: who may ask by the facility's account, in the place of the list before. Neither ids nor names are kept. */
export async function loadOfficers(given: Given, facility: FacilityCode): Promise<Outcome> {
  const listed = readOfficers(await readNamed(resolve(argument(given, 1, 'FILE'))))
  if ('faults' in listed) {
    const { faults } = listed
    const lines = faults.map(({ line, field, fix }) => `  ✗ line ${line}, ${field}: ${fix}`)
    return { ok: false, document: { facility, faults }, lines: [...lines, '  nothing was changed · chưa thay đổi gì'] }
  }
  await withStack(stateDirOf(given), async ({ clients }) => {
    const key = await numberHashKey(clients.kms, keys.numberHash)
    const officers = listed.map(({ id, fullName }) => officerOf(key, id, fullName))
    await gatewayAccountStore(clients.db, tables.ledger).putOfficers(usernameOf(facility), officers)
  })
  const officers = listed.length
  return { ok: true, document: { facility, officers }, lines: [`  ✓ ${officers} officers of ${facility} · cán bộ`] }
}
