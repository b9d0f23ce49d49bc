import { mkdir, readFile, rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { z } from 'zod'
import { absent } from '../../shared/absent.ts'
import { type Link, link } from '../handover.ts'
import { type Jwks, jwks } from '../signature.ts'
import type { Trust } from './verify-files.ts'

/** No keys to trust: they come from the sender by another way than the handover, and are kept outside it. */
export class NoTrustedKeys extends Error {
  override readonly name = 'NoTrustedKeys'
  readonly code = 'no-trusted-keys'
}

/** @throws NoTrustedKeys when the file is not there or holds no P-256 keys. */
export async function readJwks(path: string): Promise<Jwks> {
  const text = await readFile(path, 'utf8').catch(() => {
    throw new NoTrustedKeys(`no keys to trust at ${path}: get the sender's JWKS by a way you trust and enrol it`)
  })
  const parsed = jwks.safeParse(parseJson(text))
  if (!parsed.success) throw new NoTrustedKeys(`${path} is not a JWKS of P-256 keys: ${z.prettifyError(parsed.error)}`)
  return parsed.data
}

/** What a recipient trusts, in a folder of its own: `jwks.json`, and `seen.json` once it has verified a handover. */
export async function readTrust(dir: string): Promise<Trust> {
  const keys = await readJwks(join(dir, 'jwks.json'))
  const seen = await readFile(join(dir, 'seen.json'), 'utf8').catch(absent)
  return seen === undefined ? { jwks: keys } : { jwks: keys, seen: link.parse(JSON.parse(seen)) }
}

export async function enrol(dir: string, keys: Jwks) {
  await mkdir(dir, { recursive: true })
  await replaceJson(join(dir, 'jwks.json'), keys)
}

/** The chain has come so far; an older handover is a rollback from now on. */
export async function saveSeen(dir: string, seen: Link) {
  await replaceJson(join(dir, 'seen.json'), seen)
}

async function replaceJson(path: string, document: object) {
  await writeFile(`${path}.part`, `${JSON.stringify(document, null, 2)}\n`)
  await rename(`${path}.part`, path)
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
