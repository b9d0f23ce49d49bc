import { randomBytes } from 'node:crypto'
import { rename, rm, writeFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { newToken, sharingProfile, tokenRecord } from '../lambdas/handover/sharing/sharing-token.ts'
import { sharingTokenStore } from '../lambdas/handover/sharing/sharing-token-store.ts'
import { runningStack, withStack } from '../local/connect.ts'
import { tables } from '../local/stack/resources.ts'
import { type Given, type Outcome, option, optional, wholeNumber } from './command.ts'
import { knownAgreement } from './known-recipient.ts'
import { stateDirOf } from './state.ts'

/** Of a token, unless `--days` says otherwise. */
const usualDays = 7
const mostDays = 30

/** `recipient share`: a new token, whose only copy is the profile file. Earlier ones still hold, so that readers can change over. */
export async function share(given: Given, named: string): Promise<Outcome> {
  const { recipient } = knownAgreement(named)
  const profilePath = resolve(option(given, 'to'))
  const days = wholeNumber(optional(given, 'days') ?? String(usualDays), 'days', 1, mostDays)
  const stateDir = stateDirOf(given)
  if (!(await runningStack(stateDir))) {
    const message = `no stack runs on ${stateDir}, and a share is read from one that stays up: start it with npx bangiao serve`
    throw Object.assign(new Error(message), { code: 'no-stack' })
  }
  return withStack(stateDir, async ({ address, clients }) => {
    const text = newToken(recipient, randomBytes)
    const token = tokenRecord(recipient, text, new Date(), days)
    const endpoint = `${address.api}/delta-sharing`
    await sharingTokenStore(clients.db, tables.ledger).add(token)
    await putProfile(profilePath, sharingProfile(endpoint, text, token))
    const expirationTime = token.expiresAt.toISOString()
    return {
      ok: true,
      document: { recipient, profile: profilePath, endpoint, share: recipient, expirationTime },
      lines: [
        `  ✓ ${recipient} reads its share until ${expirationTime} · được đọc chia sẻ đến hạn trên`,
        `  with ${profilePath}, which holds the token: keep it as a password is kept · giữ kín như mật khẩu`,
      ],
    }
  })
}

/** `recipient unshare`: no token that the recipient was given holds any longer. */
export async function unshare(given: Given, named: string): Promise<Outcome> {
  const { recipient } = knownAgreement(named)
  const revoked = await withStack(stateDirOf(given), ({ clients }) =>
    sharingTokenStore(clients.db, tables.ledger).revokeAll(recipient, new Date()),
  )
  return {
    ok: true,
    document: { recipient, revoked },
    lines: [`  ✓ tokens of ${recipient} revoked · số mã đã thu hồi: ${revoked}`],
  }
}

/** For its owner alone from its first byte, whatever file stood there. */
async function putProfile(path: string, profile: object) {
  const part = `${path}.part`
  await rm(part, { force: true })
  await writeFile(part, `${JSON.stringify(profile, null, 2)}\n`, { mode: 0o600, flag: 'wx' })
  await rename(part, path)
}
