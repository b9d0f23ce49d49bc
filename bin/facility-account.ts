import { randomBytes } from 'node:crypto'
import { usernameOf } from '../lambdas/checkin/gateway/gateway-account.ts'
import { type GatewayAccounts, gatewayAccountStore } from '../lambdas/checkin/gateway/gateway-account-store.ts'
import { newSecret, passwordMd5, saltBytes } from '../lambdas/checkin/gateway/secret.ts'
import type { FacilityCode } from '../lambdas/registry/facility-code.ts'
import { withStack } from '../local/connect.ts'
import { tables } from '../local/stack/resources.ts'
import type { Given, Outcome } from './command.ts'
import { stateDirOf } from './state.ts'

/** Of a password: nobody can try so many. */
const passwordBytes = 15

/** `facility enrol`: an account, or a new password for the one there is; its only copy is what is printed. */
export async function enrolFacility(given: Given, facility: FacilityCode): Promise<Outcome> {
  const username = usernameOf(facility)
  const password = randomBytes(passwordBytes).toString('base64url')
  const account = { username, facility, secret: await newSecret(passwordMd5(password), randomBytes(saltBytes)) }
  await withAccounts(given, accounts => accounts.put(account))
  return {
    ok: true,
    document: { facility, username, password, account },
    lines: [
      `  ✓ ${username}`,
      `  password · mật khẩu   ${password}`,
      '  it is not kept and cannot be shown again: enter it in the hospital software · mật khẩu không được lưu lại',
    ],
  }
}

/** `facility lock`: no new session, and in a few minutes none of those there are; they stay ended. */
export async function lockFacility(given: Given, facility: FacilityCode): Promise<Outcome> {
  return changed(given, facility, 'locked', (accounts, username) => accounts.lock(username, new Date()))
}

export async function unlockFacility(given: Given, facility: FacilityCode): Promise<Outcome> {
  return changed(given, facility, 'unlocked', (accounts, username) => accounts.unlock(username))
}

async function changed(
  given: Given,
  facility: FacilityCode,
  state: 'locked' | 'unlocked',
  change: (accounts: GatewayAccounts, username: ReturnType<typeof usernameOf>) => Promise<void>,
): Promise<Outcome> {
  const username = usernameOf(facility)
  await withAccounts(given, accounts => change(accounts, username))
  const lines = [`  ✓ ${username} ${state} · ${state === 'locked' ? 'đã khóa' : 'đã mở khóa'}`]
  return { ok: true, document: { facility, username, state }, lines }
}

function withAccounts(given: Given, use: (accounts: GatewayAccounts) => Promise<void>): Promise<void> {
  return withStack(stateDirOf(given), ({ clients }) => use(gatewayAccountStore(clients.db, tables.ledger)))
}
