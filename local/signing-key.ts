import { createPublicKey, generateKeyPairSync } from 'node:crypto'
import { readFile, writeFile } from 'node:fs/promises'
import { basename, dirname, join } from 'node:path'
import { pemSigner, publicJwk, type Signer, UnfitKey } from '../lambdas/handover/signature.ts'
import { makeFolder } from './make-folder.ts'

export interface SigningKey {
  readonly path: string
  readonly signer: Signer
  /** The public key, for whoever verifies. */
  readonly jwksPath: string
}

/**
 * The P-256 private key in PEM at `path`, made where there is none and for its owner's eyes only, with its public key set beside it.
 * @throws UnfitKey that names the file and what to do.
 */
export async function ensureSigningKey(path: string): Promise<SigningKey> {
  const jwksPath = join(dirname(path), `${basename(path, '.pem')}.jwks.json`)
  const pem = await readFile(path, 'utf8').catch(error => {
    if (error.code === 'ENOENT') return makeKey(path)
    throw Object.assign(error, { path })
  })
  const signer = signerIn(path, pem)
  await writeFile(jwksPath, `${JSON.stringify({ keys: [publicJwk(createPublicKey(pem))] }, null, 2)}\n`)
  return { path, signer, jwksPath }
}

function signerIn(path: string, pem: string): Signer {
  try {
    return pemSigner(pem)
  } catch (error) {
    if (!(error instanceof UnfitKey)) throw error
    throw new UnfitKey(
      `${path} holds ${error.message}, and must hold a P-256 private key in PEM, not encrypted: name a file that is not there, and one is made, or make it with openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256`,
      { cause: error },
    )
  }
}

async function makeKey(path: string): Promise<string> {
  const { privateKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  const pem = privateKey.export({ type: 'pkcs8', format: 'pem' }) as string
  await makeFolder(dirname(path))
  await writeFile(path, pem, { mode: 0o600, flag: 'wx' })
  return pem
}
