import {
  createPrivateKey,
  createSecretKey,
  generateKeyPairSync,
  type KeyObject,
  randomBytes,
  randomUUID,
} from 'node:crypto'
import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { absent } from '../../lambdas/shared/absent.ts'

export type KeySpec = 'ECC_NIST_P256' | 'HMAC_256'

export interface Key {
  readonly arn: string
  readonly spec: KeySpec
  readonly secret: KeyObject
}

/** The keys by each name that KMS knows them under: id, ARN, alias, alias's ARN. */
export async function openKeys(
  dir: string,
  specs: Readonly<Record<string, KeySpec>>,
): Promise<ReadonlyMap<string, Key>> {
  await mkdir(dir, { recursive: true })
  const keys = new Map<string, Key>()
  for (const [alias, spec] of Object.entries(specs)) {
    const { id, secret } = await openKey(dir, alias, spec)
    const key = { arn: `${account}:key/${id}`, spec, secret }
    for (const name of [id, key.arn, alias, `${account}:${alias}`]) keys.set(name, key)
  }
  return keys
}

const account = 'arn:aws:kms:us-east-1:000000000000'

interface KeyFile {
  readonly id: string
  readonly spec: KeySpec
  /** PKCS #8 in PEM for a key pair, base64 for an HMAC key. */
  readonly secret: string
}

async function openKey(dir: string, alias: string, spec: KeySpec) {
  const path = join(dir, `${encodeURIComponent(alias.replace('alias/', ''))}.json`)
  const file = (await readKeyFile(path)) ?? (await makeKeyFile(path, spec))
  if (file.spec !== spec) throw new Error(`${alias}: expected a key of ${spec}, got ${file.spec} in ${path}`)
  return { id: file.id, secret: readSecret(file) }
}

async function readKeyFile(path: string): Promise<KeyFile | undefined> {
  const text = await readFile(path, 'utf8').catch(absent)
  return text === undefined ? undefined : (JSON.parse(text) as KeyFile)
}

/** Renamed into place, so that a key is whole or absent whenever the process ends. */
async function makeKeyFile(path: string, spec: KeySpec): Promise<KeyFile> {
  const file = { id: randomUUID(), spec, secret: makeSecret(spec) }
  await writeFile(`${path}.tmp`, JSON.stringify(file), { mode: 0o600 })
  await rename(`${path}.tmp`, path)
  return file
}

function makeSecret(spec: KeySpec): string {
  if (spec === 'HMAC_256') return randomBytes(32).toString('base64')
  return String(generateKeyPairSync('ec', { namedCurve: 'P-256' }).privateKey.export({ type: 'pkcs8', format: 'pem' }))
}

function readSecret({ spec, secret }: KeyFile): KeyObject {
  return spec === 'HMAC_256' ? createSecretKey(secret, 'base64') : createPrivateKey(secret)
}
