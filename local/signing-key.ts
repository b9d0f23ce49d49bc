import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { publicJwk } from '../lambdas/handover/signature.ts'

export interface SigningKey {
  readonly path: string
  /** The public key, for whoever verifies. */
  readonly jwksPath: string
}

/** A P-256 private key in PEM at `path`, made once and for its owner's eyes only, with its public key set beside it. */
export async function ensureSigningKey(path: string): Promise<SigningKey> {
  const jwksPath = join(dirname(path), `${basename(path, '.pem')}.jwks.json`)
  const pem = await readFile(path, 'utf8').catch(() => makeKey(path))
  await writeFile(jwksPath, `${JSON.stringify({ keys: [publicJwk(createPublicKey(pem))] }, null, 2)}\n`)
  return { path, jwksPath }
}

async function makeKey(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  await mkdir(dirname(path), { recursive: true })
  await writeFile(path, pem, { mode: 0o600, flag: 'wx' })
  return pem
}
