import { createHash, scrypt, timingSafeEqual } from 'node:crypto'

/** What is kept of a password: a memory-hard hash of the only thing that hospital software ever sends of it. */
export interface Secret extends ScryptCost {
  /** Both in base64url. */
  readonly salt: string
  readonly hash: string
}

export interface ScryptCost {
  readonly N: number
  readonly r: number
  readonly p: number
}

/** An MD5 in lower-case hex. */
export type PasswordMd5 = string & { readonly __brand: 'PasswordMd5' }

/** 32 MB for each try (OWASP, Password Storage Cheat Sheet). */
export const usualCost: ScryptCost = { N: 2 ** 15, r: 8, p: 3 }

export const saltBytes = 16

/** The portal's letters write the MD5 in capitals, much hospital software in small letters. */
export function parsePasswordMd5(text: string): PasswordMd5 | undefined {
  return /^[0-9a-f]{32}$/i.test(text) ? (text.toLowerCase() as PasswordMd5) : undefined
}

export function passwordMd5(password: string): PasswordMd5 {
  return createHash('md5').update(password).digest('hex') as PasswordMd5
}

/** `salt` has `saltBytes`, at random. */
export async function newSecret(password: PasswordMd5, salt: Buffer, cost: ScryptCost = usualCost): Promise<Secret> {
  const hash = await derive(password, salt, cost)
  return { ...cost, salt: salt.toString('base64url'), hash: hash.toString('base64url') }
}

export async function isPassword(password: PasswordMd5, { salt, hash, ...cost }: Secret): Promise<boolean> {
  const derived = await derive(password, Buffer.from(salt, 'base64url'), cost)
  return timingSafeEqual(derived, Buffer.from(hash, 'base64url'))
}

const hashBytes = 32

function derive(password: PasswordMd5, salt: Buffer, { N, r, p }: ScryptCost): Promise<Buffer> {
  return new Promise((resolve, reject) => {
    scrypt(password, salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, key) =>
      error ? reject(error) : resolve(key),
    )
  })
}
